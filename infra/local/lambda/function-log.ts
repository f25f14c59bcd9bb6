import { createInterface } from "node:readline";
import { type WriteStream, createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { Log } from "../../../shared/kernel/context.ts";

const KEPT_LINES = 200;

/** The lines that a function wrote: the last ones in memory, all of them in a file when there is a folder. */
export interface FunctionLog {
  /** The last lines, oldest first, each one JSON object. */
  readonly last: readonly string[];
  follow(stream: Readable): void;
  append(line: string): void;
  close(): void;
}

interface Line {
  readonly level?: unknown;
  readonly message?: unknown;
}

const parsed = (line: string): Line | undefined => {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const shown = (log: Log, name: string, { level, message }: Line): void => {
  const text = `${name}: ${String(message ?? "").split("\n")[0]}`;
  if (level === "WARN") log.warn(text);
  if (level === "ERROR" || level === "CRITICAL") log.error(text);
};

/** Collects a function's output as JSON lines; warnings and errors are also shown on `log`, one line each. */
export const functionLog = (name: string, log: Log, folder: string | undefined): FunctionLog => {
  const last: string[] = [];
  const file = folder === undefined ? undefined : openFile(folder, name);
  const append = (line: string): void => {
    const known = parsed(line);
    const kept = known ? line : JSON.stringify({ timestamp: new Date().toISOString(), level: "INFO", message: line });
    last.push(kept);
    if (last.length > KEPT_LINES) last.shift();
    file?.write(`${kept}\n`);
    if (known) shown(log, name, known);
  };
  return {
    last,
    append,
    follow: (stream) => void createInterface({ input: stream }).on("line", append),
    close: () => void file?.end(),
  };
};

const openFile = (folder: string, name: string): WriteStream => {
  mkdirSync(folder, { recursive: true });
  return createWriteStream(join(folder, `${name}.log`), { flags: "a" });
};
