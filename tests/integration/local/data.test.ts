import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { type Server, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { openDataFolder } from "../../../infra/local/data-folder.ts";
import { listen } from "../../../infra/local/engines/listen.ts";
import { bodies, call, depth, fixtureAssembly, handled, ownEngine, startFixture } from "./fixture/fixture.ts";

let folder: string;
let running: Cloud[] = [];
beforeAll(() => fixtureAssembly());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "groundswell-data-"));
});
afterEach(async () => {
  await Promise.all(running.map((cloud) => cloud.stop()));
  running = [];
  rmSync(folder, { recursive: true, force: true });
});

const start = async (settings: Parameters<typeof startFixture>[0] = {}): Promise<Cloud> => {
  const cloud = await startFixture({ data_dir: folder, ...settings });
  running.push(cloud);
  return cloud;
};
const stop = async (cloud: Cloud): Promise<void> => {
  running = running.filter((one) => one !== cloud);
  await cloud.stop();
};

const put = (cloud: Pick<Cloud, "base_url">, name: string) => call(cloud as Cloud, "POST", "/do/put", { pk: `W#${name}`, sk: "W", _t: "Watched", name });
const send = (cloud: Pick<Cloud, "base_url">, name: string) => call(cloud as Cloud, "POST", "/do/send", { name });
const unseal = async (cloud: Cloud, wrapped: string) => (await call(cloud, "POST", "/do/unseal", { org_id: "a", wrapped })).body;

describe("a second start", { timeout: 180_000 }, () => {
  it("finds items, messages, files, keys and secrets, and goes on in the stream where it was", async () => {
    const first = await start(ownEngine);
    await put(first, "one");
    await Promise.all([send(first, "poison"), call(first, "POST", "/do/file", { text: "kept" })]);
    const { body: sealed } = (await call(first, "POST", "/do/seal", { org_id: "a" })) as { body: { clear: string; wrapped: string } };
    const { body: before } = (await call(first, "POST", "/do/variables", {})) as { body: Record<string, string> };
    await first.drain();
    await stop(first);

    const second = await start(ownEngine);
    await put(second, "two");
    await second.drain();
    const { body: after } = (await call(second, "POST", "/do/variables", {})) as { body: Record<string, string> };
    expect([await handled(second, "seen-one"), await handled(second, "seen-two")]).toEqual([1, 1]);
    expect(await bodies(second, "fixture-dead")).toEqual([{ name: "poison" }]);
    expect([after["SECRET"], after["KEY"], after["WORD"]]).toEqual([before["SECRET"], before["KEY"], before["WORD"]]);
    expect(await unseal(second, sealed.wrapped)).toEqual({ clear: sealed.clear });
    expect(readdirSync(join(folder, "files"), { recursive: true }).join(" ")).toContain("file.txt");
    expect(readFileSync(join(folder, "logs/fixture-worker.log"), "utf8")).toBeDefined();
  });

  it("takes nothing over when it is fresh, and removes nothing that is not its own", async () => {
    const first = await start(ownEngine);
    await put(first, "one");
    await stop(first);
    writeFileSync(join(folder, "notes.txt"), "mine");
    const data = openDataFolder(folder, { fresh: true });
    const second = await start({ data_dir: data, ...ownEngine });
    expect((await call(second, "GET", "/items/seen-one")).body).toBeNull();
    expect(readFileSync(join(folder, "notes.txt"), "utf8")).toBe("mine");
    await stop(second);
    data.release();
  });

  it("loses nothing when the first was killed, and finds no engine left over", async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, "fixture/child.ts"), await fixtureAssembly(), folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const first = JSON.parse(await new Promise<string>((resolve) => child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString())))) as Pick<
      Cloud,
      "base_url" | "endpoints"
    >;
    await send(first, "hangs");
    await put(first, "one");
    await expect.poll(() => handled(first as Cloud, "hangs"), { timeout: 10_000 }).toBe(1);
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("exit", resolve));
    const engine = () =>
      fetch(first.endpoints.dynamodb).then(
        () => "runs",
        () => "ended",
      );
    await expect.poll(engine, { timeout: 5_000 }).toBe("ended");

    const second = await start(ownEngine);
    await second.drain();
    // The message was in flight, hidden for two minutes more; nobody works on it now, so it is due at once.
    expect(await handled(second, "hangs")).toBe(2);
    expect(await handled(second, "seen-one")).toBeGreaterThanOrEqual(1);
    expect(depth(second, "fixture-work")).toBe(0);
  });
});

describe("a stop", { timeout: 120_000 }, () => {
  it("answers the requests that run, takes no new ones, and stops what takes too long", async () => {
    const cloud = await start({ data_dir: undefined });
    const slow = [...cloud.functions.values()].find(({ name }) => name === "fixture-slow")!;
    const running = call(cloud, "POST", "/slow", {});
    await expect.poll(() => slow.counts.running, { timeout: 10_000 }).toBe(1);
    const stopped = stop(cloud);
    expect((await running).status).toBe(500);
    await stopped;
    await expect(fetch(cloud.base_url)).rejects.toThrow();

    const hasty = await start({ data_dir: undefined, grace_ms: 50 });
    await send(hasty, "hangs");
    await expect.poll(() => handled(hasty, "hangs"), { timeout: 10_000 }).toBe(1);
    const before = performance.now();
    await stop(hasty);
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});

describe("a start that cannot work says what, why and the remedy", () => {
  let taken: Server;
  let port: number;
  beforeEach(async () => {
    taken = createServer();
    port = await listen(taken);
  });
  afterEach(() => new Promise((resolve) => taken.close(resolve)));

  it("when the port is taken", async () => {
    await expect(start({ port })).rejects.toThrow(
      `Port ${port} is taken. Another program, perhaps another start of this one, listens on it. End that program, or choose another port with --port ${port + 1}.`,
    );
  });

  it("when Java is missing, and frees the port and the folder again", async () => {
    const free = await new Promise<number>((resolve) => taken.close(() => resolve(port)));
    await expect(start({ java: "/nowhere/java", port: free, ...ownEngine })).rejects.toThrow(
      /\/nowhere\/java was not found\. It runs on Java 17 or later\. Install Java 17/,
    );
    expect((await start({ port: free })).port).toBe(free);
    taken = createServer();
    await listen(taken);
  });

  it("when another start uses the folder", async () => {
    const first = await start();
    await expect(start()).rejects.toThrow(`The data folder ${folder} is in use. Another start of the local cloud works on it.`);
    expect((await call(first, "PUT", "/items/a", {})).status).toBe(200);
  });

  it.each([
    ["dynamodb/shared-local-instance.db", "dynamodb"],
    ["messages/fauxqs.db", "messages"],
    ["keys.json", ""],
    ["secrets.json", ""],
  ])("when %s is damaged, and leaves it as it is", async (file, part) => {
    mkdirSync(join(folder, part), { recursive: true });
    const path = join(folder, file);
    writeFileSync(path, "this is no database and no JSON either ".repeat(100));
    const before = readFileSync(path);
    await expect(start()).rejects.toThrow(new RegExp(`^The data folder .* cannot be used: .*${file} is damaged\\. .*Nothing was changed\\. .*--fresh`));
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("when a table's keys are no longer those of the template", async () => {
    await start();
    const changed = await changedAssembly((template) => {
      for (const resource of Object.values(template.Resources)) if (resource.Type === "AWS::DynamoDB::GlobalTable") renameKey(resource.Properties);
    });
    await expect(start({ cdk_out: changed, data_dir: undefined })).rejects.toThrow(/has other keys than the template\. .*--fresh/);
  });

  it("when a template has what does not run here", async () => {
    const changed = await changedAssembly((template) => {
      template.Resources["Flow"] = { Type: "AWS::Kinesis::Stream", Properties: {} };
    });
    await expect(start({ cdk_out: changed })).rejects.toThrow(/fixture-data\.Flow \(AWS::Kinesis::Stream\)\. Their type is neither run nor listed/);
    await expect(start({ cdk_out: join(folder, "nothing") })).rejects.toThrow(/^There are no templates in .*npm run synth/);
  });

  interface Template {
    readonly Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
  }

  const renameKey = (properties: Record<string, unknown>): void => {
    const text = JSON.stringify(properties).replaceAll('"pk"', '"other"');
    Object.assign(properties, JSON.parse(text));
  };

  const changedAssembly = async (change: (template: Template) => void): Promise<string> => {
    const copy = join(folder, "changed");
    cpSync(await fixtureAssembly(), copy, { recursive: true });
    const path = join(copy, "fixture-data.template.json");
    const template = JSON.parse(readFileSync(path, "utf8")) as Template;
    change(template);
    writeFileSync(path, JSON.stringify(template));
    expect(existsSync(path)).toBe(true);
    return copy;
  };
});
