import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { realSleep } from "../../../shared/kernel/wait.ts";
import { randomOf } from "../faults/random.ts";

/** Where the consumers find their engines, their queue and their table. */
export interface Place {
  readonly dynamo: string;
  readonly sqs: string;
  readonly queue_url: string;
  readonly table: string;
}
export interface HerdOptions {
  readonly place: Place;
  readonly seed: number;
  readonly size: number;
  readonly kills: number;
  /** A kill comes so many batches behind the last one, at most. */
  readonly most_batches: number;
}

const CONSUMER = fileURLToPath(new URL("consumer.ts", import.meta.url));
/** A kill hits so far into the work on a batch. */
const INTO_MS = 25;

/**
 * Runs consumers as processes, kills one that has just begun a batch, at moments drawn from a seed, and starts another in
 * its place. Resolves after the last kill, with `stop` to end the survivors.
 */
export const killHerd = async ({ place, seed, size, kills, most_batches }: HerdOptions): Promise<{ stop(): Promise<void> }> => {
  const random = randomOf(seed);
  const alive = new Set<ChildProcess>();
  let waiting = 0;
  let hit: ((child: ChildProcess) => void) | undefined;
  const start = (): void => {
    const child = fork(CONSUMER, [JSON.stringify(place)], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    alive.add(child);
    child.on("message", () => {
      waiting -= 1;
      if (waiting <= 0 && alive.has(child)) hit?.(child);
    });
  };
  const kill = async (child: ChildProcess): Promise<void> => {
    alive.delete(child);
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  };
  for (let n = 0; n < size; n++) start();
  for (let killed = 0; killed < kills; killed++) {
    waiting = 1 + Math.floor(random() * most_batches);
    const child = await new Promise<ChildProcess>((resolve) => {
      hit = resolve;
    });
    hit = undefined;
    await realSleep(random() * INTO_MS);
    await kill(child);
    start();
  }
  return { stop: async () => void (await Promise.all([...alive].map(kill))) };
};
