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
/** How many of the slowest of either kind are measured once more, and how often. */
const AGAIN = 16;
const ROUNDS_AGAIN = 45;
const ROUNDS_FIRST_USE = 7;
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

/** Loads a handler and then what it loads on demand; prints the processor time of all in milliseconds. */
const firstUse = `
  const start = process.cpuUsage();
  for (const file of process.argv.slice(1)) await import(file);
  const { user, system } = process.cpuUsage(start);
  console.log((user + system) / 1000);`;

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
interface Bundled {
  readonly name: string;
  readonly kb: number;
  /** Bundles S3's client and presigner. */
  readonly presigner: boolean;
  /** Loads them at its start. */
  readonly presigner_at_start: boolean;
  readonly file: string;
  /** What lies beside it and is loaded on demand. */
  readonly on_demand: readonly string[];
  readonly event: unknown;
}
interface Loaded extends Bundled {
  /** Medians. */
  readonly load: number;
  readonly open: number | null;
  readonly least: number;
  /** Loading against the bare handler's in the same rounds, and the first invocation likewise. */
  readonly ratio: number;
  readonly open_ratio: number | null;
}
/** Loading with what is loaded on demand, by a function's name: the median, and that against the bare handler's load in the same rounds. */
type FirstUses = ReadonlyMap<string, { readonly ms: number; readonly ratio: number }>;

const environment = {
  PATH: process.env["PATH"],
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "bench",
  AWS_SECRET_ACCESS_KEY: "bench",
  CURSOR_KEY: "bench",
  POWERTOOLS_LOG_LEVEL: "SILENT",
  ...Object.fromEntries(platforms.map(({ table }) => [tableVariable(table.id), table.id])),
};

const costOf = ({ file, event }: Bundled): Cost => {
  const args = ["--input-type=module", "--eval", child, file, ...(event === undefined ? [] : [JSON.stringify(event)])];
  const output = execFileSync(process.execPath, args, { encoding: "utf8", env: environment });
  return JSON.parse(output.trim().split("\n").at(-1)!) as Cost;
};

const msOf = (files: readonly string[]): number => {
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", firstUse, ...files], { encoding: "utf8", env: environment });
  return Number(output.trim().split("\n").at(-1));
};

type Output = Metafile["outputs"][string];
/** A file and all that it imports when it is loaded, without what it loads on demand. */
const atStart = (outputs: Metafile["outputs"], ending: string): readonly Output[] => {
  const found = new Map<string, Output>();
  const visit = (path: string): void => {
    const output = outputs[path];
    if (!output || found.has(path)) return;
    found.set(path, output);
    for (const { kind, path: next } of output.imports) if (kind === "import-statement") visit(next);
  };
  visit(Object.keys(outputs).find((path) => path.endsWith(`/${ending}`))!);
  return [...found.values()];
};

const holdsPresigner = ({ inputs }: Output): boolean => Object.keys(inputs).some((path) => path.includes("@aws-sdk/s3-request-presigner/"));

const bundledOf = ({ platform, name, source, folder }: Entry, out: string, { outputs }: Metafile): Bundled => {
  const written = Object.entries(outputs).flatMap(([path, output]) => (path.includes(`/${folder}/`) ? [output] : []));
  const trigger = source.split(".").at(-2)!;
  const started = new Set(atStart(outputs, `${folder}/index.mjs`));
  const later = Object.keys(outputs).filter((path) => path.includes(`/${folder}/`) && path.endsWith(".mjs") && !started.has(outputs[path]!));
  return {
    name: `${platform}/${name}`,
    kb: written.reduce((total, { bytes }) => total + bytes, 0) / 1024,
    presigner: written.some(holdsPresigner),
    presigner_at_start: [...started].some(holdsPresigner),
    file: join(out, folder, "index.mjs"),
    on_demand: later.map((path) => join(out, folder, path.slice(path.lastIndexOf("/") + 1))),
    event: emptyEvents[trigger],
  };
};

const bare = async (out: string): Promise<Bundled> => {
  const file = join(out, "bare.cjs");
  const { metafile } = await build({
    stdin: { contents: bareHandler, resolveDir: root },
    bundle: true,
    platform: "node",
    outfile: file,
    metafile: true,
    logLevel: "warning",
  });
  return {
    name: "a bare handler of lib-dynamodb",
    kb: Object.values(metafile.outputs)[0]!.bytes / 1024,
    presigner: false,
    presigner_at_start: false,
    file,
    on_demand: [],
    event: {},
  };
};

/** Functions that load something on demand, each load in a process of its own and in turn with the bare handler's. */
const firstUses = (functions: readonly Bundled[], baseline: Bundled): FirstUses => {
  const costs = new Map<Bundled, number[]>([baseline, ...functions].map((one) => [one, []]));
  const load = (one: Bundled): void => void costs.get(one)!.push(msOf([one.file, ...one.on_demand]));
  for (let round = 0; round < ROUNDS_FIRST_USE; round++)
    functions.forEach((one, at) => {
      if (at % BETWEEN === 0) load(baseline);
      load(one);
    });
  const bareLoad = median(costs.get(baseline)!);
  return new Map(functions.map((one) => [one.name, { ms: median(costs.get(one)!), ratio: median(costs.get(one)!) / bareLoad }]));
};

interface Loads {
  readonly functions: readonly Loaded[];
  readonly baseline: Loaded;
}
interface Measured extends Loads {
  readonly first_uses: FirstUses;
}

/** Each load in a process of its own, in turn. */
const loadInTurn = (functions: readonly Bundled[], baseline: Bundled, rounds: number): Loads => {
  const costs = new Map<Bundled, Cost[]>([baseline, ...functions].map((one) => [one, []]));
  const load = (one: Bundled): void => void costs.get(one)!.push(costOf(one));
  for (let round = 0; round < rounds; round++)
    functions.forEach((one, at) => {
      if (at % BETWEEN === 0) load(baseline);
      load(one);
    });
  const bareLoad = median(costs.get(baseline)!.map(({ load: cost }) => cost));
  const bareOpen = median(costs.get(baseline)!.map(({ open }) => open!));
  const told = (one: Bundled): Loaded => {
    const loads = costs.get(one)!.map((cost) => cost.load);
    const opens = costs.get(one)!.flatMap(({ open }) => open ?? []);
    const open = opens.length > 0 ? median(opens) : null;
    return { ...one, load: median(loads), least: Math.min(...loads), open, ratio: median(loads) / bareLoad, open_ratio: open && open / bareOpen };
  };
  return { functions: functions.map(told), baseline: told(baseline) };
};

/** Every function and the bare handler; of each kind the slowest anew and more often, since the worst of many is mostly the unluckiest. */
const loadAll = async (): Promise<Measured> => {
  const out = mkdtempSync(join(tmpdir(), "groundswell-cold-"));
  try {
    const entries = entriesOf(platforms.map(({ platform }) => platform));
    const metafile = await bundle(entries, root, out);
    const baseline = await bare(out);
    const first = loadInTurn(
      entries.map((entry) => bundledOf(entry, out, metafile)),
      baseline,
      ROUNDS,
    );
    const slowestFirst = first.functions.toSorted((a, b) => b.ratio - a.ratio);
    const slowest = [true, false].flatMap((signs) => slowestFirst.filter(({ presigner_at_start }) => presigner_at_start === signs).slice(0, AGAIN));
    const again = loadInTurn(slowest, baseline, ROUNDS_AGAIN);
    const byName = new Map([...first.functions, ...again.functions].map((one) => [one.name, one]));
    const loading = [...byName.values()].filter(({ on_demand }) => on_demand.length > 0);
    return { functions: [...byName.values()], baseline: again.baseline, first_uses: firstUses(loading, baseline) };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
};

/** Each value is that of the worst function. */
const figuresOf = ({ functions, first_uses }: Measured): Figure[] => {
  const worst = (some: readonly Loaded[], of: (one: Loaded) => number): number => Math.max(...some.map(of));
  const ratioOf = ({ ratio }: Loaded): number => ratio;
  const kbOf = ({ kb }: Loaded): number => kb;
  const plain = functions.filter(({ presigner_at_start }) => !presigner_at_start);
  const signing = functions.filter(({ presigner_at_start }) => presigner_at_start);
  const [without, holding] = [false, true].map((holds) => functions.filter(({ presigner }) => presigner === holds)) as [Loaded[], Loaded[]];
  return [
    atMost("cold_start_ratio", worst(plain, ratioOf), 1),
    atMost("bundle_kb", worst(without, kbOf), 600, "KB"),
    atMost("cold_start_ratio_presigner", worst(signing, ratioOf), 1.2),
    atMost("bundle_kb_presigner", worst(holding, kbOf), 750, "KB"),
    beside("cold_open_ratio", Math.max(...functions.flatMap(({ open_ratio }) => open_ratio ?? []))),
    beside("cold_first_use_ratio", Math.max(...[...first_uses.values()].map(({ ratio }) => ratio))),
    beside("cold_start_ratio_middle", median(functions.map(ratioOf))),
  ];
};

const rounded = (value: number | undefined, digits: number): number | null => (value === undefined ? null : Number(value.toFixed(digits)));

export const subject: Subject = {
  name: "cold-start",
  title: "Cold start",
  about: `Processor time of loading each function's own bundle, in a fresh process, against a bare handler that reads one item through lib-dynamodb, bundled by esbuild's defaults: ${ROUNDS} rounds in turn, the ${AGAIN} slowest of either kind in ${ROUNDS_AGAIN} more that count in their place, each against the bare handler of its own rounds (the table shows the later one); medians, the worst function counts. Functions that load S3's client and presigner at their start have a bound of their own, and so has the size of those that bundle them; KB are those of all files of a function, with what it loads on demand. \`cold_open_ratio\` adds the first invocation without I/O, which makes the clients; schedules, which always do I/O, have none. \`cold_first_use_ratio\` and the columns \`first_use_ms\` and \`first_use_ratio\` are loading together with everything that the function loads on demand, as its first message or request that needs it does: ${ROUNDS_FIRST_USE} rounds of the functions that have some, in turn with the bare handler.`,
  measure: async () => {
    const loads = await loadAll();
    const row = ({ name, kb, load, least, ratio, open, presigner, presigner_at_start }: Loaded) => ({
      function: name,
      kb: Math.round(kb),
      load_ms: Number(load.toFixed(1)),
      least_ms: Number(least.toFixed(1)),
      ratio: Number(ratio.toFixed(2)),
      open_ms: open === null ? null : Number(open.toFixed(1)),
      first_use_ms: rounded(loads.first_uses.get(name)?.ms, 1),
      first_use_ratio: rounded(loads.first_uses.get(name)?.ratio, 2),
      presigner: presigner_at_start ? "at start" : presigner ? "on demand" : "",
    });
    return {
      figures: figuresOf(loads),
      tables: [{ title: "Loading, CPU ms", rows: [loads.baseline, ...loads.functions.toSorted((a, b) => b.ratio - a.ratio)].map(row) }],
    };
  },
};
