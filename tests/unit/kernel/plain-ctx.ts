import type { Invocation, JobRuntime } from "../../../shared/kernel/job.ts";
import { type LogLine, type TestClock, type TestCtx, testClock, testCtx, testLog } from "../../support/dynamo.ts";

export interface PlainRuntime {
  readonly runtime: JobRuntime;
  /** For code below the handlers. */
  readonly ctx: TestCtx;
  readonly clock: TestClock;
  readonly lines: readonly LogLine[];
}

/** What a job runs on, without a table unless one is given. */
export const plainRuntime = (given: Partial<JobRuntime> = {}): PlainRuntime => {
  const [clock, log] = [testClock("2026-03-10T06:00:00.000Z"), testLog()];
  const ctx = testCtx({ clock, log, ...(given.db ? { db: given.db } : {}) });
  const runtime: JobRuntime = { db: ctx.db, clock, ids: ctx.ids, log, env: (name) => `env:${name}`, ...given };
  return { runtime, ctx, clock, lines: log.lines };
};

export const invocation = (remaining_ms = 60_000): Invocation => ({ getRemainingTimeInMillis: () => remaining_ms });
