interface Event {
  readonly at: number;
  readonly number: number;
  run(): void;
}

/** What is to happen, by time; of two at the same time the one that was planned first. */
export interface EventQueue {
  add(at: number, run: () => void): void;
  /** Undefined when nothing is planned. */
  next(): { readonly at: number; run(): void } | undefined;
}

/** A binary heap. */
export const eventQueue = (): EventQueue => {
  const heap: Event[] = [];
  let planned = 0;
  const before = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.number < b.number);
  const swap = (a: number, b: number): void => {
    [heap[a], heap[b]] = [heap[b]!, heap[a]!];
  };
  const rise = (from: number): void => {
    for (let at = from; at > 0;) {
      const parent = (at - 1) >> 1;
      if (!before(heap[at]!, heap[parent]!)) return;
      swap(at, parent);
      at = parent;
    }
  };
  const sink = (): void => {
    for (let at = 0; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let first = at;
      if (left < heap.length && before(heap[left]!, heap[first]!)) first = left;
      if (right < heap.length && before(heap[right]!, heap[first]!)) first = right;
      if (first === at) return;
      swap(at, first);
      at = first;
    }
  };
  return {
    add: (at, run) => {
      heap.push({ at, number: planned++, run });
      rise(heap.length - 1);
    },
    next: () => {
      const first = heap[0];
      const last = heap.pop();
      if (first !== last) {
        heap[0] = last!;
        sink();
      }
      return first;
    },
  };
};
