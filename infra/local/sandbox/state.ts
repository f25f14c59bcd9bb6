import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const WRITE_AFTER_MS = 100;

export interface StateFile {
  /** What the file held when it was opened; undefined for a new one. */
  readonly saved: unknown;
  /** Something changed: the whole state is written a little later, once for many changes. */
  changed(): void;
  /** Writes what was not written yet. */
  flush(): void;
}

/** A state kept as one JSON file, replaced whole so that it is never half-written; without a file it lives in memory. */
export const stateFile = (file: string | undefined, snapshot: () => unknown): StateFile => {
  if (file === undefined) return { saved: undefined, changed: () => {}, flush: () => {} };
  mkdirSync(dirname(file), { recursive: true });
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    if (!timer) return;
    clearTimeout(timer);
    timer = undefined;
    writeFileSync(`${file}.new`, JSON.stringify(snapshot()));
    renameSync(`${file}.new`, file);
  };
  return {
    saved: read(file),
    changed: () => {
      timer ??= setTimeout(flush, WRITE_AFTER_MS);
    },
    flush,
  };
};

const read = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Error(`The sandbox's state in ${file} cannot be read. Remove that file to start with an empty sandbox.`, { cause: error });
  }
};

/** A number in [0, 1) that depends on the seed and the text only. */
export const chance = (seed: string, text: string): number => createHash("sha256").update(`${seed}\n${text}`).digest().readUIntBE(0, 6) / 2 ** 48;

/** A whole number in [min, max], likewise. */
export const drawn = (seed: string, text: string, min: number, max: number): number => min + Math.floor(chance(seed, text) * (max - min + 1));

/** Hexadecimal digits, likewise; for ids and tokens that must not look alike. */
export const digits = (seed: string, text: string, length: number): string => createHash("sha256").update(`${seed}\n${text}`).digest("hex").slice(0, length);
