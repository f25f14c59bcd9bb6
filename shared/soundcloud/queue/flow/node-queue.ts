/** First in, first out. Holds each node at most once. */
export interface NodeQueue {
  readonly ring: Int32Array;
  read: number;
  size: number;
}

export const nodeQueueOf = (nodes: number): NodeQueue => ({ ring: new Int32Array(nodes), read: 0, size: 0 });

export function put(queue: NodeQueue, node: number): void {
  queue.ring[(queue.read + queue.size) % queue.ring.length] = node;
  queue.size++;
}

/** The oldest node, or -1 when there is none. */
export function take(queue: NodeQueue): number {
  if (queue.size === 0) return -1;
  const node = queue.ring[queue.read]!;
  queue.read = (queue.read + 1) % queue.ring.length;
  queue.size--;
  return node;
}
