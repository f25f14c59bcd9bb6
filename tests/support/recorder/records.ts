import { appendFileSync, mkdtempSync, readFileSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { filesBelow } from "../matrix/operations.ts";
import { type Acting, acting } from "./acting.ts";

/** A permission that a call needs, and the key it is for. */
export interface Needed {
  /** `dynamodb:Query`. */
  readonly action: string;
  /** `table soundcloud`, `index soundcloud/gsi1`, `queue soundcloud.build-queue.v1`, `uploads`, `files`, `key`, `bus`. */
  readonly resource: string;
  /** The partition key, or the org of a message, file or secret. */
  readonly key?: string;
}

/** Calls that are alike, of one process. */
export interface Recorded extends Needed {
  readonly service: string;
  /**
   * Reduced: the tenant is `{org}`, or `{org by list}`, `{org by person}`, `{org by new}` where nobody named it, and
   * `{person}`; others are `{id}`, `{address}`, `{digest}`, numbers `{n}`.
   */
  readonly key: string;
  readonly count: number;
}

/** Something that may never be written down, found in a log line, a message or a problem. */
export interface Leak {
  readonly where: string;
  readonly text: string;
}

export interface Run {
  readonly calls: readonly Recorded[];
  readonly leaks: readonly Leak[];
  /** The test files that ran to their end, from the root of the repository. */
  readonly files: readonly string[];
  /** Texts that were looked at for secrets. */
  readonly looked: number;
  /** Calls that tests made themselves, to set up or to look. */
  readonly by_tests: number;
}

const VARIABLE = "TEST_RECORDS";

/** The folder of this run's records: made once, by whichever part of the run comes first. */
export const recordsFolder = (): string => (process.env[VARIABLE] ??= mkdtempSync(join(tmpdir(), "groundswell-records-")));

type Calls = Map<string, { readonly call: Omit<Recorded, "count">; count: number }>;
let calls: Calls = new Map();
const leaks = new Map<string, Leak>();
let looked = 0;
let by_tests = 0;

let ignored = false;
/** For a file that breaks the code on purpose: what it calls until it is done says nothing about the functions. */
export const ignoreCalls = (): void => void (ignored = true);

/** `who` instead of the acting, where the call itself brings up an org. */
export const recordCall = (needed: () => readonly Needed[], who: Acting | undefined = acting()): void => {
  if (ignored) return;
  if (!who) {
    by_tests += 1;
    return;
  }
  for (const { action, resource, key = "" } of needed()) {
    const reduced = reduce(key, who);
    const name = `${who.service} ${action} ${resource} ${reduced}`;
    const known = calls.get(name);
    if (known) known.count += 1;
    else calls.set(name, { call: { service: who.service, action, resource, key: reduced }, count: 1 });
  }
};

export const recordLeak = (leak: Leak): void => {
  if (!ignored) leaks.set(`${leak.where} ${leak.text}`, leak);
};
export const countLooked = (): void => void (looked += 1);

const UUID = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g;

/** What begins with the acting org is `{org}#`; the rest keeps its shape, so that few keys stand for many. */
const reduce = (key: string, { orgs, persons, reached }: Acting): string => {
  const first = key.split("#", 1)[0]!;
  if (orgs.has(first)) return "{org}#";
  const way = reached.get(first);
  if (way) return `{org by ${way}}#`;
  if (first === NO_ORG) return "{no org}#";
  if (key.startsWith("RATE#")) return "RATE#";
  return key
    .split("#")
    .map((part) => (persons.has(part) ? "{person}" : general(part)))
    .join("#");
};
/** The org of a message that concerns an address: whose it is, its worker finds out. */
const NO_ORG = "00000000-0000-0000-0000-000000000000";
const general = (part: string): string =>
  part
    .replaceAll(UUID, "{id}")
    .replaceAll(/\S+@\S+/g, "{address}")
    .replaceAll(/^[\w-]{32,}$/g, "{digest}")
    .replaceAll(/\d+/g, "{n}");

/** What is recorded while the work goes on, kept out of the run's records: for tests that let something go wrong. */
export const recordedDuring = async (work: () => Promise<unknown>): Promise<Recorded[]> => {
  const before = calls;
  calls = new Map();
  try {
    await work();
    return [...calls.values()].map(({ call, count }) => ({ ...call, count }));
  } finally {
    calls = before;
  }
};

/** Writes down what this process has recorded since the last time. */
export const flushRecords = (file: string): void => {
  const run: Run = {
    calls: [...calls.values()].map(({ call, count }) => ({ ...call, count })),
    leaks: [...leaks.values()],
    files: [file],
    looked,
    by_tests,
  };
  calls.clear();
  leaks.clear();
  looked = by_tests = 0;
  ignored = false;
  appendFileSync(join(recordsFolder(), `${process.pid}.ndjson`), `${JSON.stringify(run)}\n`);
};

/** Everything that was recorded in this run so far, alike calls of all processes counted together. */
export const readRecords = (folder = recordsFolder()): Run => {
  const runs = readdirSync(folder)
    .flatMap((name) => readFileSync(join(folder, name), "utf8").trim().split("\n"))
    .map((line) => JSON.parse(line) as Run);
  const together = new Map<string, Recorded>();
  for (const call of runs.flatMap((run) => run.calls)) {
    const name = `${call.service} ${call.action} ${call.resource} ${call.key}`;
    together.set(name, { ...call, count: call.count + (together.get(name)?.count ?? 0) });
  }
  const sum = (field: "looked" | "by_tests"): number => runs.reduce((all, run) => all + run[field], 0);
  return {
    calls: [...together.values()],
    leaks: runs.flatMap((run) => run.leaks),
    files: [...new Set(runs.flatMap((run) => run.files))],
    looked: sum("looked"),
    by_tests: sum("by_tests"),
  };
};

const RECORDED = /^tests\/(?:integration|api|workers|trust|local)\/.*\.test\.ts$/;
/** Whether every file of the project `engine` has run: only then does it mean something that a call is missing. */
export const isWholeSuite = (files: readonly string[]): boolean => filesBelow("tests").every((file) => !RECORDED.test(file) || files.includes(file));
