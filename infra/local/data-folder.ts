import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Refusal, messageOf } from "./refusal.ts";

/** What belongs to the local cloud in its folder. Nothing else in the folder is ever removed. */
const parts = ["dynamodb", "messages", "files", "sandbox", "logs", "streams", "keys.json", "secrets.json", "demonstration.json"] as const;

const LOCK = "lock.sqlite";

/** Small named records, kept as one JSON file or only in memory. Each write is whole or not there. */
export interface Records {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
}

export interface DataFolder {
  /** The folder of one part; undefined in memory. */
  path(part: (typeof parts)[number]): string | undefined;
  records(part: "keys.json" | "secrets.json" | `streams/${string}.json`): Records;
  /** Lets another start use the folder. */
  release(): void;
}

/** Writes beside the file and renames, so that a reader finds the old or the new content, never a part. */
export const writeWhole = (path: string, content: string): void => {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, content, { mode: 0o600 });
  renameSync(temporary, path);
};

const damaged = (folder: string, part: string, why: string): Refusal =>
  new Refusal(
    `The data folder ${folder} cannot be used: ${part} is damaged.`,
    `${why}. Nothing was changed.`,
    "Move the folder away to keep it, or start with --fresh to begin with empty data.",
  );

const readRecords = (folder: string, path: string): Map<string, string> => {
  if (!existsSync(path)) return new Map();
  try {
    const content: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof content === "object" && content !== null && Object.values(content).every((value) => typeof value === "string"))
      return new Map(Object.entries(content as Record<string, string>));
  } catch (error) {
    throw damaged(folder, path, messageOf(error));
  }
  throw damaged(folder, path, "It is not an object of texts");
};

const recordsIn = (folder: string, part: string): Records => {
  const path = join(folder, part);
  const content = readRecords(folder, path);
  return {
    get: (name) => content.get(name),
    set: (name, value) => {
      content.set(name, value);
      writeWhole(path, JSON.stringify(Object.fromEntries(content)));
    },
  };
};

const recordsInMemory = (): Records => {
  const content = new Map<string, string>();
  return { get: (name) => content.get(name), set: (name, value) => void content.set(name, value) };
};

/** The system drops the lock of a process that ends, however it ends. */
const lock = (folder: string): DatabaseSync => {
  const held = openDatabase(folder, join(folder, LOCK));
  try {
    held.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (error) {
    held.close();
    if (!/locked|busy/i.test(messageOf(error))) throw damaged(folder, LOCK, messageOf(error));
    throw new Refusal(
      `The data folder ${folder} is in use.`,
      "Another start of the local cloud works on it.",
      "End that one first, or start with --memory, which needs no folder.",
    );
  }
  return held;
};

const openDatabase = (folder: string, path: string): DatabaseSync => {
  try {
    return new DatabaseSync(path);
  } catch (error) {
    throw damaged(folder, path, messageOf(error));
  }
};

/** The engines would repair or overwrite what they cannot read; so their files are looked at before they start. */
const checkDatabases = (folder: string): void => {
  for (const part of ["dynamodb", "messages"]) {
    const within = join(folder, part);
    if (!existsSync(within)) continue;
    if (!statSync(within).isDirectory()) throw damaged(folder, part, "It is not a folder");
    for (const name of readdirSync(within).filter((file) => /\.(?:db|sqlite)$/.test(file))) checkDatabase(folder, join(within, name));
  }
};

const checkDatabase = (folder: string, path: string): void => {
  const database = openDatabase(folder, path);
  try {
    const [found] = database.prepare("PRAGMA quick_check(1)").all() as { quick_check: string }[];
    if (found?.quick_check !== "ok") throw new Error(found?.quick_check ?? "The check gave no answer");
  } catch (error) {
    throw damaged(folder, path, messageOf(error));
  } finally {
    database.close();
  }
};

const makeFolder = (folder: string): void => {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new Refusal(`The data folder ${folder} cannot be made.`, `${messageOf(error)}.`, "Free the place, or start with --memory.");
  }
};

/**
 * Opens the folder for this start alone, wiped first when `fresh`. Throws a Refusal when another start uses it or when
 * a file in it is damaged; nothing is changed then. Without a folder everything stays in memory.
 */
export const openDataFolder = (folder: string | undefined, { fresh = false }: { fresh?: boolean } = {}): DataFolder => {
  if (folder === undefined) return { path: () => undefined, records: recordsInMemory, release: () => undefined };
  makeFolder(folder);
  const held = lock(folder);
  try {
    if (fresh) for (const part of parts) rmSync(join(folder, part), { recursive: true, force: true });
    checkDatabases(folder);
    mkdirSync(join(folder, "streams"), { recursive: true });
    for (const part of ["keys.json", "secrets.json"]) readRecords(folder, join(folder, part));
  } catch (error) {
    held.close();
    throw error;
  }
  return { path: (part) => join(folder, part), records: (part) => recordsIn(folder, part), release: () => held.close() };
};
