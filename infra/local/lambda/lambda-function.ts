import { randomUUID } from "node:crypto";
import type { Activity } from "../activity.ts";
import { type Execution, type ExecutionSettings, FunctionError, execution } from "./execution.ts";

export interface LambdaSettings extends ExecutionSettings {
  readonly name: string;
  readonly timeout_ms: number;
  /** Environments at once; further invocations wait for a free one. */
  readonly max_environments: number;
  readonly activity: Activity;
}

export interface LambdaFunction {
  readonly name: string;
  readonly arn: string;
  readonly timeout_ms: number;
  readonly counts: Readonly<Counts>;
  /** The last lines that it wrote, oldest first. */
  readonly last_lines: readonly string[];
  /** Runs the handler with a copy of the event and answers a copy of its reply. Throws a FunctionError. */
  invoke(event: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

interface Counts {
  invocations: number;
  errors: number;
  running: number;
  environments: number;
}

const IDLE_MS = 60_000;
const REQUEST_LIMIT = 6 * 1024 * 1024;

/** The request is larger than Lambda accepts. */
export class PayloadTooLarge extends Error {}

/** A function with its pool of environments: made on demand, used again, ended when idle for a minute. */
export const lambdaFunction = (settings: LambdaSettings): LambdaFunction => {
  const { name, arn, timeout_ms, max_environments, log, activity } = settings;
  const all = new Set<Execution>();
  const idle: Execution[] = [];
  const waiting: (() => void)[] = [];
  const counts = { invocations: 0, errors: 0, running: 0, environments: 0 };
  let stopped = false;

  const gone = (one: Execution): void => {
    all.delete(one);
    if (idle.includes(one)) idle.splice(idle.indexOf(one), 1);
    counts.environments = all.size;
    waiting.shift()?.();
  };
  const start = async (): Promise<Execution> => {
    const one = execution(settings, gone);
    all.add(one);
    counts.environments = all.size;
    await one.ready;
    return one;
  };
  const acquire = async (): Promise<Execution> => {
    for (;;) {
      if (stopped) throw new FunctionError("Runtime.Stopped", "The local cloud is stopping.");
      const free = idle.pop();
      if (free) return free;
      if (all.size < max_environments) return start();
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  const release = (one: Execution): void => {
    if (!one.alive()) return;
    one.idle_since = Date.now();
    idle.push(one);
    waiting.shift()?.();
  };
  const reaper = setInterval(() => {
    for (const one of idle.filter(({ idle_since }) => Date.now() - idle_since > IDLE_MS)) void one.end();
  }, IDLE_MS).unref();

  const runOnce = async (event: string, request_id: string): Promise<unknown> => {
    const one = await acquire();
    try {
      return JSON.parse(await one.run({ request_id, event, deadline: Date.now() + timeout_ms }, timeout_ms)) as unknown;
    } finally {
      release(one);
    }
  };

  const invoke = async (event: unknown): Promise<unknown> => {
    const payload = JSON.stringify(event);
    if (Buffer.byteLength(payload) > REQUEST_LIMIT) throw new PayloadTooLarge(`The event for ${name} is larger than ${REQUEST_LIMIT} bytes.`);
    const request_id = randomUUID();
    counts.invocations += 1;
    counts.running += 1;
    const done = activity.begin();
    try {
      return await runOnce(payload, request_id);
    } catch (error) {
      counts.errors += 1;
      const { error_type, message, trace } = error as FunctionError;
      log.append(
        JSON.stringify({ timestamp: new Date().toISOString(), level: "ERROR", message: `${error_type}: ${message}`, function_request_id: request_id, trace }),
      );
      throw error;
    } finally {
      counts.running -= 1;
      done();
    }
  };

  return {
    name,
    arn,
    timeout_ms,
    counts,
    last_lines: log.last,
    invoke,
    stop: async () => {
      stopped = true;
      clearInterval(reaper);
      for (const wake of waiting.splice(0)) wake();
      await Promise.all([...all].map((one) => one.end()));
      log.close();
    },
  };
};
