import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../infra/local/engines/listen.ts";

/** A start of the local cloud in a process of its own, as `npm start` makes it. */
export interface Start {
  readonly base_url: string;
  readonly port: number;
  /** What it has printed so far. */
  printed(): string;
  /** Its exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Resolves when it says where things are; rejects with what it printed when it ends before. */
  readonly ready: Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** The processes below it, however deep. */
  descendants(): number[];
}

export interface StartWish {
  readonly folder: string;
  readonly port?: number;
  readonly options?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const READY = "Ctrl-C stops it.";
const main = join(import.meta.dirname, "../../infra/local/main.ts");

const withoutEngineOfTheRun = (): NodeJS.ProcessEnv => {
  const { DYNAMODB_ENDPOINT: _, ...env } = process.env;
  return env;
};

const below = (pid: number): number[] => {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  const childrenOf = (parent: number): number[] => pairs.filter(([, ppid]) => ppid === parent).flatMap(([child]) => [child, ...childrenOf(child)]);
  return childrenOf(pid);
};

/** Whether a process is there still. */
export const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const follow = (child: ChildProcess): Pick<Start, "printed" | "ended" | "ready"> => {
  let text = "";
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const ready = new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      text += chunk.toString();
      if (text.includes(READY)) resolve();
    };
    child.stdout!.on("data", read);
    child.stderr!.on("data", read);
    void ended.then((code) => reject(new Error(`It ended with ${code} and printed: ${text}`)));
  });
  ready.catch(() => undefined);
  return { printed: () => text, ended, ready };
};

export const npmStart = async ({ folder, port, options = ["--no-demo"], env = {} }: StartWish): Promise<Start> => {
  const at = port ?? (await freePort());
  const child = spawn(process.execPath, [main, "--port", String(at), "--folder", folder, ...options], {
    env: { ...withoutEngineOfTheRun(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return {
    ...follow(child),
    base_url: `http://127.0.0.1:${at}`,
    port: at,
    signal: (name) => void child.kill(name),
    descendants: () => below(child.pid!),
  };
};

/** What it leaves for clients; undefined when nothing is there. */
export const localState = (folder: string): any => {
  const file = join(folder, "local.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
};
