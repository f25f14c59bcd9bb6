import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { transformSync } from "esbuild";
import type { FunctionLog } from "./function-log.ts";
import type { EnvironmentSettings, FromEnvironment, ToEnvironment } from "./protocol.ts";

/** An invocation that failed, with the error as Lambda reports it. */
export class FunctionError extends Error {
  readonly error_type: string;
  readonly trace: readonly string[];
  constructor(error_type: string, message: string, trace: readonly string[] = []) {
    super(message);
    this.name = "FunctionError";
    this.error_type = error_type;
    this.trace = trace;
  }
}

export interface ExecutionSettings extends EnvironmentSettings {
  readonly variables: Readonly<Record<string, string>>;
  readonly memory_mb: number;
  readonly log: FunctionLog;
}

/** One execution environment: a thread that handles one invocation at a time. */
export interface Execution {
  /** Resolves when the code is loaded; rejects with a FunctionError when loading fails. */
  readonly ready: Promise<void>;
  /** Since when it waits for work, in milliseconds since the epoch. */
  idle_since: number;
  /** False once the thread has ended. */
  alive(): boolean;
  run(invocation: ToEnvironment, timeout_ms: number): Promise<string>;
  end(): Promise<void>;
}

const INIT_MS = 30_000;
const YOUNG_MB = 64;
const KILOBYTES = 1024;
const REPLY_LIMIT = 6 * KILOBYTES * KILOBYTES;

const environment = new URL("./environment.ts", import.meta.url);
let plain: URL | undefined;

/** The environment without its types, once for all: a thread that has to strip them itself takes twice as long to start. */
const plainEnvironment = (): URL =>
  (plain ??= new URL(`data:text/javascript,${encodeURIComponent(transformSync(readFileSync(environment, "utf8"), { loader: "ts" }).code)}`));

type Settle = (outcome: FromEnvironment | FunctionError) => void;

const seconds = (ms: number): string => (ms / 1000).toFixed(2);

/** What a thread that ended by an error means for the invocation. A function may throw anything, also no Error. */
const crashed = (thrown: unknown): FunctionError => {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  if ((error as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY")
    return new FunctionError("Runtime.OutOfMemory", "The function used more than its memory.");
  return new FunctionError("Runtime.ExitError", `The environment crashed: ${error.message}`, error.stack?.split("\n"));
};

const exited = (code: number): FunctionError => new FunctionError("Runtime.ExitError", `The environment ended with exit status ${code} during the invocation.`);

/** Starts an environment. `gone` is called once, when its thread has ended. */
export const execution = ({ variables, memory_mb, log, file, handler, arn }: ExecutionSettings, gone: (self: Execution) => void): Execution => {
  const worker = new Worker(plainEnvironment(), {
    env: { ...variables },
    workerData: { file, handler, arn } satisfies EnvironmentSettings,
    // Room for what a request leaves behind: with a thread's small default, collecting it was a twentieth of the work.
    resourceLimits: { maxOldGenerationSizeMb: memory_mb, maxYoungGenerationSizeMb: YOUNG_MB },
    execArgv: [],
    stdout: true,
    stderr: true,
  });
  log.follow(worker.stdout);
  log.follow(worker.stderr);
  let settle: Settle | undefined;
  let ended: FunctionError | undefined;

  const next = (timeout_ms: number, late: FunctionError): Promise<FromEnvironment> =>
    new Promise((resolve, reject) => {
      if (ended) return reject(ended);
      const timer = setTimeout(() => {
        finish(late);
        void worker.terminate();
      }, timeout_ms);
      settle = (outcome) => {
        clearTimeout(timer);
        settle = undefined;
        if (outcome instanceof FunctionError) reject(outcome);
        else resolve(outcome);
      };
    });

  const finish = (error: FunctionError): void => {
    if (ended) return;
    ended = error;
    settle?.(error);
    gone(self);
  };
  const ready = next(INIT_MS, new FunctionError("Sandbox.Timedout", `The code was not loaded within ${seconds(INIT_MS)} seconds.`)).then(() => undefined);
  worker.on("message", (message: FromEnvironment) => settle?.(message));
  worker.on("error", (error) => finish(crashed(error)));
  worker.on("exit", (code) => finish(exited(code)));

  const run = async (invocation: ToEnvironment, timeout_ms: number): Promise<string> => {
    const answer = next(timeout_ms, new FunctionError("Sandbox.Timedout", `Task timed out after ${seconds(timeout_ms)} seconds`));
    if (!ended) worker.postMessage(invocation);
    const outcome = await answer;
    if (outcome.kind === "failed") throw new FunctionError(outcome.error_type, outcome.message, outcome.trace);
    if (outcome.kind !== "replied") throw new FunctionError("Runtime.ExitError", "The environment restarted during the invocation.");
    if (Buffer.byteLength(outcome.reply) > REPLY_LIMIT)
      throw new FunctionError("Function.ResponseSizeTooLarge", `The reply is larger than ${REPLY_LIMIT} bytes.`);
    return outcome.reply;
  };

  const self: Execution = { ready, idle_since: Date.now(), alive: () => ended === undefined, run, end: async () => void (await worker.terminate()) };
  return self;
};
