import { randomUUID } from "node:crypto";
import { openAsBlob, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import progress from "cli-progress";
import { Command, CommanderError, Option } from "commander";

/** Exit codes: 0 the import is completed, 1 it failed or the API refused it, 2 it was called wrongly. */
const FAILED = 1;
const MISUSED = 2;
const POLL_MS = 400;
/** Polls in a row that may fail before it gives up: the import itself goes on without its watcher. */
const PATIENCE = 10;

interface Options {
  readonly kind: "campaigns" | "members";
  readonly dryRun?: true;
  readonly json?: true;
  readonly baseUrl?: string;
  readonly org?: string;
  readonly token?: string;
}

interface Target {
  readonly base_url: string;
  readonly org_id: string;
  readonly access_token: string;
}

interface ImportState {
  readonly id: string;
  readonly status: "pending" | "processing" | "completed" | "failed";
  readonly filename: string;
  readonly dry_run: boolean;
  readonly total_records: number;
  readonly successful_imports: number;
  readonly skipped: number;
  readonly failed_imports: number;
  readonly skipped_by_reason: Readonly<Record<string, number>>;
  readonly warnings: number;
  readonly success_rate: number | null;
  readonly progress: { readonly rows: number; readonly percent: number };
  readonly errors: readonly { readonly code: string; readonly detail: string }[];
}
type Announced = ImportState & { readonly upload_url: string; readonly upload_headers: Readonly<Record<string, string>> };

/** What the command ends with when it cannot go on: a sentence for the person and an exit code. */
class Stop extends Error {
  readonly exit_code: number;
  constructor(message: string, exit_code = FAILED) {
    super(message);
    this.name = "Stop";
    this.exit_code = exit_code;
  }
}

const readCommand = (): { file: string; options: Options } => {
  const command = new Command("npm run import --")
    .description("Imports a CSV file into a running Groundswell and shows what became of its rows.")
    .argument("<file>", "the CSV file")
    .addOption(new Option("--kind <kind>", "what the rows are").choices(["campaigns", "members"]).default("campaigns"))
    .option("--dry-run", "judge every row and store nothing else")
    .option("--json", "print the result as JSON")
    .option("--base-url <url>", "where the API answers; that of `npm start` unless told")
    .option("--org <id>", "the org to import into")
    .option("--token <token>", "an access token or API key of an admin or moderator")
    .exitOverride()
    .parse();
  return { file: command.args[0]!, options: command.opts<Options>() };
};

/** The options, and where one is missing what `npm start` has left for clients. */
const readTarget = async ({ baseUrl, org, token }: Options): Promise<Target> => {
  const file = join(import.meta.dirname, "../.groundswell/local.json");
  const local: Partial<Target> = await readFile(file, "utf8").then(
    (text) => JSON.parse(text) as Partial<Target>,
    () => ({}),
  );
  const [base_url, org_id, access_token] = [baseUrl ?? local.base_url, org ?? local.org_id, token ?? local.access_token];
  if (!base_url || !org_id || !access_token) throw new Stop("Nothing to import into: run `npm start` first, or give --base-url, --org and --token.", MISUSED);
  return { base_url: base_url.replace(/\/+$/, ""), org_id, access_token };
};

const sizeOf = (file: string): number => {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile()) throw new Stop(`There is no file ${file}.`, MISUSED);
  if (found.size === 0) throw new Stop(`The file ${file} is empty.`, MISUSED);
  return found.size;
};

const CALL_MS = 60_000;
const UPLOAD_MS = 1_800_000;

const reach = async (url: string, init: RequestInit, patience_ms = CALL_MS): Promise<Response> => {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(patience_ms) });
  } catch (error) {
    const { cause, message } = error as Error;
    throw new Stop(`${new URL(url).origin} did not answer: ${cause instanceof Error ? cause.message : message}`);
  }
};

const call = async <T>({ base_url, org_id, access_token }: Target, method: string, path: string, body?: object): Promise<T> => {
  const reply = await reach(base_url + path, {
    method,
    headers: {
      authorization: `Bearer ${access_token}`,
      "x-org-id": org_id,
      ...(method === "POST" ? { "idempotency-key": randomUUID() } : {}),
      ...(body ? { "content-type": "application/json" } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await reply.text();
  if (reply.ok) return JSON.parse(text) as T;
  throw new Stop(`${method} ${path} was refused with ${reply.status}. ${detailOf(text)}`);
};

const detailOf = (text: string): string => {
  try {
    return String((JSON.parse(text) as { detail?: unknown }).detail);
  } catch {
    return text.slice(0, 200);
  }
};

const upload = async (file: string, { upload_url, upload_headers }: Announced): Promise<void> => {
  // The length goes with the body by itself; a header of that name may not be set.
  const { "content-length": _, ...headers } = upload_headers;
  const reply = await reach(upload_url, { method: "PUT", headers, body: await openAsBlob(file) }, UPLOAD_MS);
  if (!reply.ok) throw new Stop(`The upload was refused with ${reply.status}. ${(await reply.text()).slice(0, 200)}`);
};

/** Waits for the end, telling each state on the way. */
const watch = async (target: Target, id: string, tell: (state: ImportState) => void): Promise<ImportState> => {
  for (let failures = 0; ;) {
    try {
      const state = await call<ImportState>(target, "GET", `/soundcloud/imports/${id}`);
      failures = 0;
      tell(state);
      if (state.status === "completed" || state.status === "failed") return state;
    } catch (error) {
      failures += 1;
      if (failures >= PATIENCE) throw error;
    }
    await wait(POLL_MS);
  }
};

const watchWithBar = async (target: Target, id: string): Promise<ImportState> => {
  if (!process.stderr.isTTY) return watch(target, id, () => undefined);
  const bar = new progress.SingleBar({
    format: "{bar} {percentage}% | {rows} rows | {seconds} s",
    clearOnComplete: true,
    hideCursor: true,
    stream: process.stderr,
  });
  const began = performance.now();
  const shown = (rows: number) => ({ rows, seconds: Math.round((performance.now() - began) / 1000) });
  bar.start(100, 0, shown(0));
  try {
    return await watch(target, id, (state) => bar.update(state.progress.percent, shown(state.progress.rows)));
  } finally {
    bar.stop();
  }
};

const table = (state: ImportState): string => {
  const reasons = Object.entries(state.skipped_by_reason).toSorted(([, a], [, b]) => b - a);
  const lines: (readonly [string, number])[] = [
    ["rows", state.total_records],
    [state.dry_run ? "would be imported" : "imported", state.successful_imports],
    ["skipped", state.skipped],
    ...reasons.map(([reason, count]) => [`  ${reason}`, count] as const),
    ["errors", state.failed_imports],
    ["warnings", state.warnings],
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  const counts = lines.map(([name, count]) => `  ${name.padEnd(width)}  ${String(count).padStart(8)}`);
  return [`${state.filename}: ${state.status}`, ...counts, `  every row: GET /soundcloud/imports/${state.id}/rows`].join("\n");
};

const run = async (): Promise<number> => {
  const { file, options } = readCommand();
  const size = sizeOf(file);
  const target = await readTarget(options);
  const made = await call<Announced>(target, "POST", "/soundcloud/imports", {
    kind: options.kind,
    filename: basename(file),
    size,
    dry_run: options.dryRun ?? false,
  });
  await upload(file, made);
  await call(target, "POST", `/soundcloud/imports/${made.id}/start`);
  const end = await watchWithBar(target, made.id);
  process.stdout.write(`${options.json ? JSON.stringify(end, null, 2) : table(end)}\n`);
  for (const { code, detail } of end.errors) process.stderr.write(`${code}: ${detail}\n`);
  return end.status === "completed" ? 0 : FAILED;
};

try {
  process.exitCode = await run();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : MISUSED;
  else if (error instanceof Stop) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.exit_code;
  } else throw error;
}
