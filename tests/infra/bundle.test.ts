import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Entry, bundle, entriesOf } from "../../infra/bundle.ts";
import { sample } from "./sample.ts";

const entries = entriesOf(sample.map(({ platform }) => platform));

describe("entry points", () => {
  it("are one file for each declared function, and each platform's fallback", () => {
    expect(entries.map(({ source, folder }) => `${source} → ${folder}`)).toEqual([
      "functions/people/persons.api.ts → people-persons",
      "functions/people/greet.worker.ts → people-greet",
      "functions/people/outbox.stream.ts → people-outbox",
      "functions/people/fallback.api.ts → people-fallback",
      "functions/things/things.api.ts → things-things",
      "functions/things/paint.worker.ts → things-paint",
      "functions/things/paint-daily.schedule.ts → things-paint-daily",
      "functions/things/fallback.api.ts → things-fallback",
    ]);
  });
});

describe("bundles", () => {
  const [entry] = entries;
  let root: string;
  const write = (path: string, text: string): void => {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "groundswell-bundle-"));
    symlinkSync(join(import.meta.dirname, "../../node_modules"), join(root, "node_modules"));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it("stand alone as ES modules that import nothing, and use Node's modules and CommonJS packages", async () => {
    write("package.json", JSON.stringify({ type: "module" }));
    write("functions/people/greeting.ts", 'export const greeting: string = "Hello";');
    write("functions/people/legacy.cjs", 'const { join } = require("path"); module.exports = { joined: join("a", "b") };');
    write(
      entry!.source,
      `import { createHash } from "node:crypto";
       import { readFile } from "node:fs/promises";
       import legacy from "./legacy.cjs";
       import { greeting } from "./greeting.ts";
       export const handler = () => ({ greeting, hash: createHash("sha256").update("x").digest("hex").slice(0, 8), reads: typeof readFile, joined: legacy.joined });`,
    );
    const metafile = await bundle([entry!], root, join(root, "dist"));
    const file = join(root, "dist", entry!.folder, "index.mjs");
    expect(readFileSync(file, "utf8")).not.toMatch(/\bimport\s*[{*"'\w]/);
    expect(Object.keys(metafile.outputs)).toEqual([`dist/${entry!.folder}/index.mjs`]);
    const { handler } = (await import(pathToFileURL(file).href)) as { handler: () => unknown };
    expect(handler()).toEqual({ greeting: "Hello", hash: "2d711642", reads: "function", joined: "a/b" });
  });
  it("leave what is loaded on demand to a file of its own, which the first use loads and which shares what the rest has loaded", async () => {
    const [parted, plain] = [entry!, entries.findLast(({ platform }) => platform === entry!.platform)!];
    write("functions/people/shared.ts", "export const shared = { uses: 0 };");
    write("functions/people/rare.ts", 'import { shared } from "./shared.ts";\nglobalThis.rareIsLoaded = true;\nexport const rare = () => (shared.uses += 1);');
    write(
      parted.source,
      `import { shared } from "./shared.ts";
       export const handler = async () => { (await import(${JSON.stringify("./rare.ts")})).rare(); return shared.uses; };`,
    );
    write(plain.source, 'import { shared } from "./shared.ts";\nexport const handler = () => shared.uses;');
    const out = join(root, "dist-parts");
    const metafile = await bundle([parted, plain], root, out);
    const filesOf = (one: Entry) => readdirSync(join(out, one.folder)).toSorted();
    expect([filesOf(parted), filesOf(plain)]).toEqual([expect.arrayContaining(["index.mjs", expect.stringMatching(/^rare-\w+\.mjs$/)]), ["index.mjs"]]);
    const written = [parted, plain].flatMap((one) => filesOf(one).map((file) => `dist-parts/${one.folder}/${file}`));
    expect(Object.keys(metafile.outputs).toSorted()).toEqual(written.toSorted());
    const load = async ({ folder }: Entry) => ((await import(pathToFileURL(join(out, folder, "index.mjs")).href)) as { handler: () => unknown }).handler;
    const handler = await load(parted);
    expect(globalThis).not.toHaveProperty("rareIsLoaded");
    expect([await handler(), await handler()]).toEqual([1, 2]);
    expect((await load(plain))()).toBe(0);
  });
  it("call AWS with the credentials of the environment, and carry no search for others", async () => {
    write(
      entry!.source,
      `import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
       export const handler = async (endpoint) => (await new DynamoDBClient({ endpoint, region: "eu-west-1" }).send(new ListTablesCommand({}))).TableNames;`,
    );
    const metafile = await bundle([entry!], root, join(root, "dist-aws"));
    expect(Object.keys(metafile.inputs).filter((path) => /credential-provider-(ini|sso|process|login|imds)/.test(path))).toEqual([]);
    const { handler } = (await import(pathToFileURL(join(root, "dist-aws", entry!.folder, "index.mjs")).href)) as {
      handler: (endpoint: string) => Promise<string[]>;
    };
    const signed: (string | undefined)[] = [];
    const server = createServer((request, reply) => {
      signed.push(request.headers.authorization);
      reply.setHeader("content-type", "application/x-amz-json-1.0").end('{"TableNames":["one"]}');
    }).listen(0, "127.0.0.1");
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "example");
    try {
      await once(server, "listening");
      expect(await handler(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)).toEqual(["one"]);
      expect(signed).toEqual([expect.stringContaining("Credential=AKIDEXAMPLE/")]);
    } finally {
      vi.unstubAllEnvs();
      server.closeAllConnections();
      server.close();
    }
  });
  it("are refused when declared entry points are missing, naming them all", async () => {
    const missing = entries.slice(1, 3);
    await expect(bundle(missing, root, join(root, "none"))).rejects.toThrow(
      "no entry point: functions/people/greet.worker.ts, functions/people/outbox.stream.ts.",
    );
  });
});
