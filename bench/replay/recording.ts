import type { Database, Op } from "../../shared/kernel/table/database.ts";

/** One request as the code under measurement made it. */
interface RecordedCall {
  readonly op: Op;
  readonly input: unknown;
  /** How many requests, in the order of their answers, had been answered when it was sent. */
  readonly answered: number;
}

/** Requests in the order in which they were sent, and the order in which they were answered. */
export interface Recording {
  readonly calls: readonly RecordedCall[];
  readonly answers: readonly number[];
}

export interface Recorder {
  readonly over: (db: Database) => Database;
  /** What was recorded since the last call of it; a new recording begins. */
  take(): Recording;
}

/** Keeps every request that passes, whatever came of it. */
export const recorder = (): Recorder => {
  let calls: RecordedCall[] = [];
  let answers: number[] = [];
  return {
    over: (db) => ({
      physical: (table) => db.physical(table),
      send: async (op, pattern, input) => {
        const [mine, into] = [calls.length, answers];
        calls.push({ op, input, answered: answers.length });
        try {
          return await db.send(op, pattern, input);
        } finally {
          into.push(mine);
        }
      },
    }),
    take: () => {
      const taken = { calls, answers };
      [calls, answers] = [[], []];
      return taken;
    },
  };
};

export type Send = (op: Op, input: unknown) => Promise<unknown>;

/**
 * Sends the requests of a recording again, each as soon as those have been answered that had been answered when it was
 * first sent: the same grouping and the same concurrency. What was refused then is refused again.
 */
export const replay = async ({ calls, answers }: Recording, send: Send): Promise<void> => {
  const sent: Promise<unknown>[] = [];
  let waited = 0;
  for (const { op, input, answered } of calls) {
    for (; waited < answered; waited += 1) await sent[answers[waited]!];
    sent.push(send(op, input).catch(() => undefined));
  }
  await Promise.all(sent);
};
