import { mkdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { type Cloud, startCloud } from "./cloud.ts";
import { type DataFolder, openDataFolder, writeWhole } from "./data-folder.ts";
import { demonstrate } from "./demonstration/demonstrate.ts";
import { startDynamo } from "./engines/dynamodb.ts";
import { freePort } from "./engines/listen.ts";
import { Refusal } from "./refusal.ts";
import { type Sandboxes, startSandboxes } from "./sandbox/start.ts";
import { synthesize } from "./synthesize.ts";
import { type Terminal, makeTerminal } from "./terminal.ts";

interface Options {
  readonly port: number;
  /** Where everything of this start lies: data, logs, templates, and what clients need. */
  readonly folder: string;
  readonly memory: boolean;
  readonly fresh: boolean;
  readonly demo: boolean;
}

const root = join(import.meta.dirname, "../..");
const stateFileOf = ({ folder }: Options): string => join(folder, "local.json");

/** Where outside services are, unless the caller's own environment says otherwise. */
const outside = [
  "SOUNDCLOUD_API_URL",
  "SOUNDCLOUD_AUTH_URL",
  "SOUNDCLOUD_CLIENT_ID",
  "SOUNDCLOUD_CLIENT_SECRET",
  "INFLUENCE_PLANNER_API_URL",
  "SLACK_API_URL",
  "INSTAGRAM_API_URL",
  "TIKTOK_API_URL",
  "YOUTUBE_API_URL",
  "YOUTUBE_AUTH_URL",
  "RESEND_API_URL",
  "RESEND_API_KEY",
  "RESEND_WEBHOOK_SECRET",
  "MAIL_FROM",
  "PUBLIC_URL",
];

/** Where the sandbox of the mail service tells of mails. Both ends are on this machine, so the secret need not be one. */
const mailWebhook = (port: number) => ({
  url: `http://127.0.0.1:${port}/soundcloud/webhooks/resend`,
  secret: `whsec_${Buffer.from("groundswell on this machine only").toString("base64")}`,
});

const fromEnvironment = (): Record<string, string> =>
  Object.fromEntries(outside.flatMap((name) => (process.env[name] ? [[name, process.env[name]] as const] : [])));

const readPort = (text: string): number => {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new InvalidArgumentError("A port is a whole number from 1 to 65535.");
  return port;
};

const readOptions = (): Options =>
  new Command("npm start --")
    .description("Runs Groundswell on this machine.")
    .option("--port <number>", "where the API and the console answer", readPort, 4000)
    .option("--folder <path>", "where data, logs and local.json lie", (path: string) => resolve(path), join(root, ".groundswell"))
    .option("--memory", "keep nothing on disk", false)
    .option("--fresh", "begin with empty data", false)
    .option("--no-demo", "leave out the demonstration")
    .parse()
    .opts<Options>();

/** The first signal stops what runs; the second ends the process at once. Before anything runs, the first one does. */
const makeInterruption = (terminal: Terminal): { readonly asked: Promise<void>; expect(): void } => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let expected = false;
  let count = 0;
  const interrupt = (): void => {
    count += 1;
    if (!expected || count > 1) process.exit(130);
    terminal.say("Stopping. Again to stop at once.");
    resolve();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, interrupt);
  return { asked: promise, expect: () => (expected = true) };
};

const whereThingsAre = ({ base_url }: Cloud, folder: string): string => `
  Console          ${base_url}/
  API reference    ${base_url}/docs
  Mail             ${base_url}/console/mail
  Queues           ${base_url}/console/queues
  State and logs   ${folder}

  Ctrl-C stops it.`;

interface Running {
  readonly options: Options;
  readonly data: DataFolder;
  readonly sandboxes: Sandboxes;
  readonly cloud: Cloud;
  readonly terminal: Terminal;
}

/** Shows the product at work and leaves what clients need in `local.json`, which is there only while it runs. */
const present = async ({ options, data, sandboxes, cloud, terminal }: Running): Promise<void> => {
  const { base_url } = cloud;
  const state = options.demo ? await demonstrate({ base_url, cloud, sandboxes, ...terminal, memory_file: data.path("demonstration.json") }) : {};
  cloud.startSchedules();
  mkdirSync(options.folder, { recursive: true });
  writeWhole(stateFileOf(options), JSON.stringify({ base_url, ...state }, null, 2));
  terminal.say(whereThingsAre(cloud, options.folder));
};

/** DynamoDB's engine on the data of this start, unless the caller names one that runs. */
const startEngine = async (data: DataFolder, ends: AsyncDisposableStack): Promise<string> => {
  const given = process.env["DYNAMODB_ENDPOINT"];
  if (given !== undefined) return given;
  const engine = await startDynamo({ data_dir: data.path("dynamodb") });
  ends.defer(() => engine.stop());
  return engine.endpoint;
};

const run = async (options: Options, terminal: Terminal): Promise<void> => {
  await using ends = new AsyncDisposableStack();
  const { step, log } = terminal;
  const [folder, stateFile] = [options.folder, stateFileOf(options)];
  const interruption = makeInterruption(terminal);
  await freePort(options.port);
  const data = openDataFolder(options.memory ? undefined : folder, options);
  ends.defer(() => data.release());
  rmSync(stateFile, { force: true });
  process.once("exit", () => rmSync(stateFile, { force: true }));

  const cdk_out = join(folder, "cdk.out");
  // The engine needs seconds to start as well, and nothing of the templates.
  const [, dynamodb_endpoint] = await step(
    "Functions and templates",
    () => Promise.all([synthesize(root, cdk_out), startEngine(data, ends)]),
    ([made]) => (made ? "made" : "unchanged"),
  );
  const sandboxes = await step("Sandbox providers", () => startSandboxes({ data_dir: data.path("sandbox"), webhook: mailWebhook(options.port) }));
  ends.defer(() => sandboxes.stop());
  const urls = {
    // The sandbox takes far more than is prudent towards the real service.
    SOUNDCLOUD_PER_SECOND: "40",
    SOUNDCLOUD_API_URL: sandboxes.soundcloud_url,
    SOUNDCLOUD_AUTH_URL: sandboxes.soundcloud_auth_url,
    INFLUENCE_PLANNER_API_URL: sandboxes.planner_url,
    SLACK_API_URL: sandboxes.slack_url,
    INSTAGRAM_API_URL: sandboxes.instagram_url,
    TIKTOK_API_URL: sandboxes.tiktok_url,
    YOUTUBE_API_URL: sandboxes.youtube_url,
    YOUTUBE_AUTH_URL: sandboxes.youtube_auth_url,
    RESEND_API_URL: sandboxes.resend_url,
    RESEND_WEBHOOK_SECRET: mailWebhook(options.port).secret,
  };
  const start = () =>
    startCloud({
      port: options.port,
      cdk_out,
      data_dir: data,
      log,
      env: { ...urls, ...fromEnvironment() },
      dynamodb_endpoint,
      mails: sandboxes.mails,
      openapi_dir: join(root, "docs/openapi"),
      // A period is done once. One that the clock began before the demonstration's data were there would leave them out.
      schedules_held: true,
      // One core is the engine's. More environments than the others only wait for each other, and each has a cold start.
      max_environments: Math.max(1, availableParallelism() - 1),
    });
  const cloud = await step("Cloud", start, ({ functions, tables }) => `${functions.size} functions, ${tables().length} tables`);
  ends.defer(() => cloud.stop());
  interruption.expect();
  const presented = present({ options, data, sandboxes, cloud, terminal });
  await Promise.race([presented.then(() => interruption.asked), interruption.asked]);
};

// Functions run in UTC on Lambda; dates must not differ here because the machine's owner lives elsewhere.
process.env["TZ"] = "UTC";
const terminal = makeTerminal();
try {
  await run(readOptions(), terminal);
  terminal.say("Stopped.");
  process.exit(0);
} catch (error) {
  terminal.say(error instanceof Refusal ? error.message : `The local cloud failed: ${(error as Error).stack ?? String(error)}`);
  process.exit(1);
}
