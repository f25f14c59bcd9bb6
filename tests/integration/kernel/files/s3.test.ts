import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, type Server, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { S3ClientConfig } from "@aws-sdk/client-s3";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Files } from "../../../../shared/kernel/files/files.ts";
import { filesOnDemand } from "../../../../shared/kernel/files/files-on-demand.ts";
import { openFiles } from "../../../../shared/kernel/files/s3.ts";
import { differencesOf } from "../../../support/recorder/sdk-commands.ts";

const BUCKET = "uploads";
const SECRET = "test-secret";
let server: FauxqsServer;
let gate: Server;
let files: Files;
let config: S3ClientConfig;

const hmac = (key: string | Buffer, value: string): Buffer => createHmac("sha256", key).update(value).digest();

/** Whether the headers that arrived are those that were signed: Signature Version 4, query form, as S3 computes it. */
const signatureHolds = (incoming: IncomingMessage): boolean => {
  const url = new URL(incoming.url!, "http://localhost");
  const query = [...url.searchParams].filter(([name]) => name !== "X-Amz-Signature").toSorted(([a], [b]) => (a < b ? -1 : 1));
  const encode = (value: string): string => encodeURIComponent(value).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const names = url.searchParams.get("X-Amz-SignedHeaders")!.split(";");
  const canonical = [
    incoming.method,
    url.pathname,
    query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&"),
    ...names.map((name) => `${name}:${incoming.headers[name] ?? ""}`),
    "",
    names.join(";"),
    "UNSIGNED-PAYLOAD",
  ].join("\n");
  const [, day, region, service] = url.searchParams.get("X-Amz-Credential")!.split("/");
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", url.searchParams.get("X-Amz-Date"), scope, createHash("sha256").update(canonical).digest("hex")].join("\n");
  const key = hmac(hmac(hmac(hmac(`AWS4${SECRET}`, day!), region!), service!), "aws4_request");
  return hmac(key, toSign).toString("hex") === url.searchParams.get("X-Amz-Signature");
};

beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  server.createBucket(BUCKET);
  // fauxqs checks no signatures, so this gate does before it passes a request on.
  gate = createServer((incoming, reply) => {
    if (incoming.url!.includes("X-Amz-Signature") && !signatureHolds(incoming)) {
      incoming.resume().on("end", () => reply.writeHead(403).end("SignatureDoesNotMatch"));
      return;
    }
    const onward = request({ port: server.port, host: "127.0.0.1", method: incoming.method, path: incoming.url, headers: incoming.headers }, (answer) => {
      reply.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(reply);
    });
    incoming.pipe(onward);
  }).listen(0, "127.0.0.1");
  await once(gate, "listening");
  config = {
    endpoint: `http://127.0.0.1:${(gate.address() as AddressInfo).port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: SECRET },
  };
});
afterAll(async () => {
  gate.closeAllConnections();
  gate.close();
  await server.stop();
});

const terms = { length: 11, content_type: "text/csv", expires_s: 600 };
const put = (url: string, body: string, content_type = terms.content_type): Promise<Response> =>
  fetch(url, { method: "PUT", body, headers: { "content-type": content_type } });

const pieces = async function* (count: number, fails = false): AsyncGenerator<string> {
  for (let n = 0; n < count; n++) yield `${String(n).padStart(7, "0")} ä\n`.repeat(1000);
  if (fails) throw new Error("the source broke");
};

describe.each([
  { how: "opened at once", open: openFiles },
  { how: "opened by the first call", open: filesOnDemand },
])("Files over S3, $how", ({ open }) => {
  beforeAll(() => {
    files = open({ env: () => BUCKET }, config);
  });

  it("lets a client upload exactly the agreed bytes, and reads them back", async () => {
    const { url, headers } = await files.presignPut("org-1/imports/a.csv", terms);
    expect(headers).toEqual({ "content-length": "11", "content-type": "text/csv" });
    expect(new URL(url).searchParams.get("X-Amz-SignedHeaders")).toBe("content-length;content-type;host");
    expect(new URL(url).searchParams.get("X-Amz-Expires")).toBe("600");
    expect(url).not.toMatch(/checksum/i);
    expect((await put(url, "hello,world")).status).toBe(200);
    expect(await text(await files.read("org-1/imports/a.csv"))).toBe("hello,world");
    expect(await files.head("org-1/imports/a.csv")).toMatchObject({ length: 11, content_type: "text/csv" });
  });

  it.each([
    ["a byte more", "hello,world!", "text/csv"],
    ["a byte less", "hello,worl", "text/csv"],
    ["nothing", "", "text/csv"],
    ["another type", "hello,world", "text/html"],
  ])("refuses %s", async (_, body, type) => {
    const { url } = await files.presignPut("org-1/imports/b.csv", terms);
    expect((await put(url, body, type)).status).toBe(403);
    expect(await files.head("org-1/imports/b.csv")).toBeUndefined();
  });

  it("refuses another key under the same signature", async () => {
    const { url } = await files.presignPut("org-1/imports/c.csv", terms);
    expect((await put(url.replace("c.csv", "d.csv"), "hello,world")).status).toBe(403);
  });

  const whole = async (count: number): Promise<string> => (await Array.fromAsync(pieces(count))).join("");

  it.each([
    ["in one request", 3],
    ["part by part", 1800],
  ])("writes a text %s, and signs an address to read it", async (_, count) => {
    const expected = await whole(count);
    expect(await files.write("exports/org-1/a.json", pieces(count), { content_type: "application/json" })).toBe(Buffer.byteLength(expected));
    expect(await files.head("exports/org-1/a.json")).toMatchObject({ length: Buffer.byteLength(expected) });
    const url = await files.presignGet("exports/org-1/a.json", { filename: "a.json", expires_s: 60 });
    const reply = await fetch(url);
    expect(reply.status).toBe(200);
    expect((await reply.text()) === expected).toBe(true);
    expect((await fetch(url.replace("a.json", "b.json"))).status).toBe(403);
  });

  it("leaves the old file where writing fails half-way, and no part of the new one", async () => {
    await files.write("exports/org-1/c.json", pieces(1), { content_type: "application/json" });
    for (const count of [2, 1800])
      await expect(files.write("exports/org-1/c.json", pieces(count, true), { content_type: "application/json" })).rejects.toThrow("the source broke");
    expect(await text(await files.read("exports/org-1/c.json"))).toBe(await whole(1));
  });

  it("says that a file is missing", async () => {
    await expect(files.read("org-1/none.csv")).rejects.toMatchObject({ kind: "not_found" });
    expect(await files.head("org-1/none.csv")).toBeUndefined();
  });
});

it("Files over S3 send the commands that the recorder tells of", async () => {
  const json = { content_type: "application/json" };
  const client = {
    name: "files",
    open: (more: S3ClientConfig) => openFiles({ env: () => BUCKET }, { ...config, ...more }),
    resource: ({ Bucket, Key }: { Bucket: string; Key?: string }) => (Key === undefined ? Bucket : Key.startsWith("exports/") ? "exports" : "files"),
    hearsOfMissing: true,
    org_id: "org-1",
  };
  const differences = await differencesOf<Files>(client, {
    presignPut: [(port) => port.presignPut("org-1/imports/t.csv", terms)],
    presignGet: [(port) => port.presignGet("exports/org-1/t.json", { filename: "t.json", expires_s: 60 })],
    write: [(port) => port.write("org-1/t.json", pieces(3), json), (port) => port.write("org-1/long.json", pieces(800), json)],
    "write an export": [(port) => port.write("exports/org-1/t.json", pieces(1), json)],
    "write half-way": [2, 800].map((count) => (port) => expect(port.write("org-1/t.json", pieces(count, true), json)).rejects.toThrow("the source broke")),
    read: [(port) => port.read("org-1/t.json").then(text)],
    "read nothing": [(port) => expect(port.read("org-1/none.json")).rejects.toMatchObject({ kind: "not_found" })],
    head: [async (port) => expect(await port.head("exports/org-1/t.json")).toBeDefined()],
    "head of nothing": [async (port) => expect(await port.head("org-1/none.json")).toBeUndefined()],
    remove: [(port) => port.remove("org-1/t.json")],
  });
  expect(differences).toEqual([]);
});
