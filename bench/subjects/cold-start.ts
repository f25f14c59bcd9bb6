import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Metafile, build } from "esbuild";
import { type Entry, bundle, entriesOf } from "../../infra/bundle.ts";
import { platforms } from "../../infra/platforms.ts";
import { tableVariable } from "../../shared/kernel/lambda.ts";
import { type Figure, type Subject, atMost, beside, median } from "../subject.ts";

const ROUNDS = 15;
/** How many functions are loaded between two loads of the bare handler. */
const BETWEEN = 9;
const root = join(import.meta.dirname, "../..");

/** What somebody writes who needs one item and nothing else. The client is made by the first call, as ours is. */
const bareHandler = `
  import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
  import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
  let documents;
  export const handler = async ({ pathParameters }) => {
    documents ??= DynamoDBDocumentClient.from(new DynamoDBClient({}));
    if (!pathParameters) return { statusCode: 404 };
    const { Item } = await documents.send(new GetCommand({ TableName: process.env.TABLE, Key: pathParameters }));
    return { statusCode: 200, body: JSON.stringify(Item) };
  };`;

/** Loads a handler, then calls it once with what needs no other machine; prints the processor time of both in milliseconds. */
const child = `
  const since = (start) => { const { user, system } = process.cpuUsage(start); return (user + system) / 1000; };
  const [file, event] = process.argv.slice(1);
  const start = process.cpuUsage();
  const { handler } = await import(file);
  const load = since(start);
  if (event) await handler(JSON.parse(event), { awsRequestId: "bench", getRemainingTimeInMillis: () => 29000 });
  console.log(JSON.stringify({ load, open: event ? since(start) : null }));`;

const requestContext = { requestId: "bench", http: { method: "GET", path: "/", sourceIp: "192.0.2.1", userAgent: "bench" } };
/** An event by trigger that opens the function and is answered without I/O: a path that nobody bound, a batch of nothing. A schedule always does I/O. */
const emptyEvents: Readonly<Record<string, unknown>> = {
  api: { version: "2.0", routeKey: "GET /", rawPath: "/", headers: {}, requestContext },
  worker: { Records: [] },
  stream: { Records: [] },
};

interface Cost {
  readonly load: number;
  readonly open: number | null;
}
interface Loaded {
  readonly name: string;
  readonly kb: number;
  /** Bundles S3's client and presigner. */
  readonly presigner: boolean;
  readonly file: string;
  readonly event: unknown;
  readonly costs: Cost[];
}

const environment = {
  PATH: process.env["PATH"],
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "bench",
  AWS_SECRET_ACCESS_KEY: "bench",
  CURSOR_KEY: "bench",
  POWERTOOLS_LOG_LEVEL: "SILENT",
  ...Object.fromEntries(platforms.map(({ table }) => [tableVariable(table.id), table.id])),
};

const costOf = ({ file, event }: Loaded): Cost => {
  const args = ["--input-type=module", "--eval", child, file, ...(event === undefined ? [] : [JSON.stringify(event)])];
  const output = execFileSync(process.execPath, args, { encoding: "utf8", env: environment });
  return JSON.parse(output.trim().split("\n").at(-1)!) as Cost;
};

const loadedOf = ({ platform, name, source, folder }: Entry, out: string, { outputs }: Metafile): Loaded => {
  const written = Object.entries(outputs).flatMap(([path, output]) => (path.includes(`/${folder}/`) ? [output] : []));
  const trigger = source.split(".").at(-2)!;
  return {
    name: `${platform}/${name}`,
    kb: written.reduce((total, { bytes }) => total + bytes, 0) / 1024,
    presigner: written.some(({ inputs }) => Object.keys(inputs).some((path) => path.includes("@aws-sdk/s3-request-presigner/"))),
    file: join(out, folder, "index.mjs"),
    event: emptyEvents[trigger],
    costs: [],
  };
};

const bare = async (out: string): Promise<Loaded> => {
  const file = join(out, "bare.cjs");
  const { metafile } = await build({
    stdin: { contents: bareHandler, resolveDir: root },
    bundle: true,
    platform: "node",
    outfile: file,
    metafile: true,
    logLevel: "warning",
  });
  return { name: "a bare handler of lib-dynamodb", kb: Object.values(metafile.outputs)[0]!.bytes / 1024, presigner: false, file, event: {}, costs: [] };
};

/** Every function and the bare handler, each load in a process of its own, in turn. */
const loadAll = async (): Promise<{ readonly functions: readonly Loaded[]; readonly baseline: Loaded }> => {
  const out = mkdtempSync(join(tmpdir(), "groundswell-cold-"));
  try {
    const entries = entriesOf(platforms.map(({ platform }) => platform));
    const metafile = await bundle(entries, root, out);
    const functions = entries.map((entry) => loadedOf(entry, out, metafile));
    const baseline = await bare(out);
    for (let round = 0; round < ROUNDS; round++)
      functions.forEach((one, at) => {
        if (at % BETWEEN === 0) baseline.costs.push(costOf(baseline));
        one.costs.push(costOf(one));
      });
    return { functions, baseline };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
};

const loadMs = ({ costs }: Loaded): number => median(costs.map(({ load }) => load));
const openMs = ({ costs }: Loaded): number | null => (costs[0]!.open === null ? null : median(costs.map(({ open }) => open!)));

/** Each value is that of the worst function. */
const figuresOf = (functions: readonly Loaded[], baseline: Loaded): Figure[] => {
  const worst = (some: readonly Loaded[], of: (one: Loaded) => number): number => Math.max(...some.map(of));
  const loadRatio = (one: Loaded): number => loadMs(one) / loadMs(baseline);
  const plain = functions.filter(({ presigner }) => !presigner);
  const signing = functions.filter(({ presigner }) => presigner);
  const opens = functions.flatMap((one) => openMs(one) ?? []);
  return [
    atMost("cold_start_ratio", worst(plain, loadRatio), 1),
    atMost(
      "bundle_kb",
      worst(plain, ({ kb }) => kb),
      600,
      "KB",
    ),
    atMost("cold_start_ratio_presigner", worst(signing, loadRatio), 1.2),
    atMost(
      "bundle_kb_presigner",
      worst(signing, ({ kb }) => kb),
      750,
      "KB",
    ),
    beside("cold_open_ratio", Math.max(...opens) / openMs(baseline)!),
    beside("cold_start_ratio_middle", median(functions.map(loadRatio))),
  ];
};

export const subject: Subject = {
  name: "cold-start",
  title: "Cold start",
  about: `Processor time of loading each function's own bundle, in a fresh process, against a bare handler that reads one item through lib-dynamodb, bundled by esbuild's defaults: ${ROUNDS} rounds in turn, medians, the worst function counts. Functions that sign uploads bundle S3's client and presigner and have a bound of their own. \`cold_open_ratio\` adds the first invocation without I/O, which makes the clients; schedules, which always do I/O, have none.`,
  measure: async () => {
    const { functions, baseline } = await loadAll();
    const row = (one: Loaded) => ({
      function: one.name,
      kb: Math.round(one.kb),
      load_ms: Number(loadMs(one).toFixed(1)),
      least_ms: Number(Math.min(...one.costs.map(({ load }) => load)).toFixed(1)),
      ratio: Number((loadMs(one) / loadMs(baseline)).toFixed(2)),
      open_ms: openMs(one) === null ? null : Number(openMs(one)!.toFixed(1)),
      presigner: one.presigner ? "yes" : "",
    });
    return {
      figures: figuresOf(functions, baseline),
      tables: [{ title: "Loading, CPU ms", rows: [baseline, ...functions.toSorted((a, b) => loadMs(b) - loadMs(a))].map(row) }],
    };
  },
};
