import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { bodies, call, depth, startFixture } from "./fixture/fixture.ts";

const hostile = `<script>alert("1")</script>`;
const mails = [
  {
    id: "m1",
    created_at: "2026-11-20T10:00:00Z",
    from: "a@example.com",
    to: ["b@example.com"],
    subject: `Hello ${hostile}`,
    html: `<h1>Hi</h1>${hostile}`,
    text: "Hi",
  },
  { id: "m2", created_at: "2026-11-21T10:00:00Z", from: "a@example.com", to: "c@example.com", subject: "Second", text: `plain ${hostile}` },
];
const documents = {
  one: {
    openapi: "3.1.0",
    info: { title: "One", version: "1" },
    paths: { "/one": {} },
    components: { schemas: { Same: { type: "string" }, Clash: { type: "string" } } },
  },
  two: {
    openapi: "3.1.0",
    info: { title: "Two", version: "1" },
    paths: { "/two": { get: { $ref: "#/components/schemas/Clash" } } },
    components: { schemas: { Same: { type: "string" }, Clash: { type: "number" } } },
  },
};

let cloud: Cloud;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "groundswell-openapi-"));
  for (const [name, document] of Object.entries(documents)) writeFileSync(join(folder, `${name}.json`), JSON.stringify(document));
  cloud = await startFixture({ mails: async () => mails, openapi_dir: folder });
});
afterAll(async () => {
  await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
});

const get = async (path: string) => {
  const response = await fetch(`${cloud.base_url}${path}`);
  return { status: response.status, policy: response.headers.get("content-security-policy") ?? "", text: await response.text() };
};
const post = (path: string, form: Record<string, string>, headers: Record<string, string> = { origin: cloud.base_url }) =>
  fetch(`${cloud.base_url}${path}`, { method: "POST", body: new URLSearchParams(form), headers, redirect: "manual" });

describe("the console", () => {
  it.each([
    "/",
    "/console/mail",
    "/console/mail/m1",
    "/console/schedules",
    "/console/queues",
    "/console/queues/fixture-work",
    "/console/tables",
    "/console/functions",
    "/console/functions/fixture-api",
  ])("shows %s as one page that runs no script", async (path) => {
    const { status, policy, text } = await get(path);
    expect(status).toBe(200);
    expect(policy).toMatch(/^default-src 'none'; style-src 'self'/);
    expect(text).toMatch(/<html lang="en">[^]*<h1>[^<]+<\/h1>/);
    expect(text).not.toMatch(/<script|<style|style=|onclick/);
    expect(text).not.toContain(hostile);
  });

  it("answers 404 below its own paths, and leaves all others to the API", async () => {
    for (const path of [
      "/console/nothing",
      "/console/mail/none",
      "/console/queues/none",
      "/console/tables/none",
      "/docs/nothing.js",
      "/docs/..%2fpackage.json",
    ])
      expect((await get(path)).status, path).toBe(404);
    expect(JSON.parse((await get("/elsewhere")).text)).toEqual({ nothing_at: "/elsewhere" });
    expect(JSON.parse((await get("/health")).text)).toEqual({ status: "ok" });
  });

  it("shows a mail's HTML in a frame that can do nothing", async () => {
    expect((await get("/console/mail/m1")).text).toContain(
      '<iframe title="The mail as HTML" sandbox="allow-popups allow-popups-to-escape-sandbox" src="/console/mail-body/m1">',
    );
    const { policy, text } = await get("/console/mail-body/m1");
    expect(policy).toMatch(/^sandbox allow-popups[^;]*; default-src 'none'/);
    expect(policy).not.toContain("script");
    expect(text).toContain("<h1>Hi</h1>");
    expect((await get("/console/mail-body/m2")).text).toContain("plain &lt;script&gt;");
  });

  it("merges the platforms' documents, and keeps apart what has one name and two meanings", async () => {
    const merged = JSON.parse((await get("/openapi.json")).text) as { paths: object; components: { schemas: object } };
    expect(merged.paths).toEqual({ "/one": {}, "/two": { get: { $ref: "#/components/schemas/two_Clash" } } });
    expect(merged.components.schemas).toEqual({ Same: { type: "string" }, Clash: { type: "string" }, two_Clash: { type: "number" } });
    expect(JSON.parse((await get("/docs/two.json")).text)).toEqual(documents.two);
  });

  it("serves the API reference from its own server", async () => {
    const { text, policy } = await get("/docs");
    expect(policy).toContain("script-src 'self';");
    for (const [, path] of text.matchAll(/(?:src|href)="(\/docs\/[^"]+)"/g)) expect((await get(path!)).status, path).toBe(200);
    expect((await get("/docs/start.js")).text).toContain('"url":"/docs/one.json"');
  });

  it("runs a schedule now, as of a time", async () => {
    const reply = await post("/console/schedules/run", { id: "fixture-nightly", at: "2026-11-20T03:15" });
    expect([reply.status, reply.headers.get("location")]).toEqual([303, "/console/schedules?ran=fixture-nightly"]);
    expect(await bodies(cloud, "fixture-heard")).toContainEqual({ job: "nightly", at: "2026-11-20T03:15:00Z" });
    expect((await post("/console/schedules/run", { id: "fixture-nightly", at: "soon" })).headers.get("location")).toContain("failed=soon+is+no+time");
    expect((await post("/console/schedules/run", { id: "nobody" })).headers.get("location")).toContain("failed=There+is+no+schedule");
  });

  it("changes nothing for a page of another site", async () => {
    const before = await bodies(cloud, "fixture-heard");
    for (const headers of [{}, { origin: "http://evil.example" }, { origin: "null" }] as Record<string, string>[])
      expect((await post("/console/schedules/run", { id: "fixture-nightly" }, headers)).status).toBe(403);
    expect((await fetch(`${cloud.base_url}/console/schedules/run?id=fixture-nightly`)).status).toBe(404);
    expect(await bodies(cloud, "fixture-heard")).toEqual(before);
  });

  it("moves dead letters back to their queue", async () => {
    for (const name of ["poison", "poison", "poison"]) await call(cloud, "POST", "/do/send", { name });
    await cloud.drain();
    expect(depth(cloud, "fixture-dead")).toBe(3);
    expect((await get("/console/queues")).text).toContain("Redrive");
    const reply = await post("/console/queues/redrive", { queue: "fixture-dead" });
    expect(reply.headers.get("location")).toBe("/console/queues?moved=3");
    await cloud.drain();
    expect(depth(cloud, "fixture-dead")).toBe(3);
    expect((await get("/console/queues/fixture-dead")).text).toContain("&quot;poison&quot;");
    expect((await post("/console/queues/redrive", { queue: "fixture-work" })).status).toBe(404);
  });

  it("counts items by entity and looks them up by key", async () => {
    await call(cloud, "PUT", "/items/shown", { text: hostile });
    const { text } = await get(`/console/tables/${cloud.tables()[0]!.name}?key=${encodeURIComponent("I#shown")}`);
    expect(text).toContain("1 items");
    expect(text).toContain("&lt;script&gt;");
    expect(text).toMatch(/<th scope="row"\s*>Item<\/th>\s*<td class="number">1<\/td>/);
  });
});
