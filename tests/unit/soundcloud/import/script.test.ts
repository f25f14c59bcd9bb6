import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json, text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

const CONTENT = "Track URL,Client\nhttps://soundcloud.com/a/b,Quiet Choir\n";
const ended = {
  id: "import-1",
  status: "completed",
  filename: "list.csv",
  dry_run: false,
  total_records: 3,
  successful_imports: 1,
  skipped: 2,
  failed_imports: 0,
  skipped_by_reason: { duplicate: 2 },
  warnings: 0,
  success_rate: 0.3333,
  progress: { rows: 3, percent: 100 },
  errors: [] as object[],
};
interface Seen {
  readonly call: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, unknown>>;
}

let folder: string;
let file: string;
let server: Server;
let base_url: string;
let seen: Seen[];
let final: object;
let refusal: { status: number; detail: string } | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "import-"));
  file = join(folder, "list.csv");
  writeFileSync(file, CONTENT);
  let polls = 0;
  server = createServer(async (request, reply) => {
    const call = `${request.method} ${request.url}`;
    const body = request.headers["content-type"] === "application/json" ? await json(request) : await text(request);
    seen.push({ call, body, headers: request.headers });
    const answer = (status: number, value: object): void => void reply.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (refusal) return answer(refusal.status, { detail: refusal.detail });
    if (call === "POST /soundcloud/imports")
      return answer(201, {
        ...ended,
        status: "pending",
        upload_url: `${base_url}/bucket/key`,
        upload_headers: { "content-length": String(CONTENT.length), "content-type": "text/csv" },
      });
    if (call.endsWith("/start")) return answer(202, { ...ended, status: "processing" });
    if (call.startsWith("PUT")) return void reply.end();
    return answer(200, polls++ % 2 === 0 ? { ...ended, status: "processing", progress: { rows: 1, percent: 30 } } : final);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  base_url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  [seen, final, refusal] = [[], ended, undefined];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const run = (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, ["scripts/import.ts", ...args], (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
    );
  });
const against = (...args: string[]) => run(...args, "--base-url", `${base_url}/`, "--org", "org-1", "--token", "token-1");

describe("npm run import", () => {
  it("announces, uploads, starts, waits, and prints a table", async () => {
    const { code, stdout } = await against(file, "--kind", "members", "--dry-run");
    expect(code).toBe(0);
    expect(seen.map(({ call }) => call)).toEqual([
      "POST /soundcloud/imports",
      "PUT /bucket/key",
      "POST /soundcloud/imports/import-1/start",
      "GET /soundcloud/imports/import-1",
      "GET /soundcloud/imports/import-1",
    ]);
    expect(seen[0]).toMatchObject({
      body: { kind: "members", filename: "list.csv", size: CONTENT.length, dry_run: true },
      headers: { authorization: "Bearer token-1", "x-org-id": "org-1" },
    });
    expect(seen[1]).toMatchObject({ body: CONTENT, headers: { "content-length": String(CONTENT.length), "content-type": "text/csv" } });
    expect(seen[1]!.headers).not.toHaveProperty("authorization");
    expect(stdout).toMatch(/list\.csv: completed/);
    expect(stdout).toMatch(/duplicate +2\n/);
  });

  it("prints JSON alone on stdout", async () => {
    const { code, stdout, stderr } = await against(file, "--json");
    expect([code, JSON.parse(stdout), stderr]).toEqual([0, ended, ""]);
  });

  it("ends with 1 when the import failed, or the API refused it or did not answer", async () => {
    final = { ...ended, status: "failed", errors: [{ code: "missing_column", detail: "The first line must name the column." }] };
    expect(await against(file)).toMatchObject({ code: 1, stderr: expect.stringContaining("missing_column") });
    refusal = { status: 413, detail: "Split it into several imports." };
    expect(await against(file)).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("Split it") });
    expect(await run(file, "--base-url", "http://127.0.0.1:9", "--org", "o", "--token", "t")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("did not answer"),
    });
  });

  it("ends with 2 when it is called wrongly", async () => {
    const wrong = [[], [join(folder, "none.csv")], [folder], [file, "--kind", "tracks"], [file, "--colour"]];
    for (const args of wrong) expect(await against(...args)).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(/\S/) });
    expect(seen).toEqual([]);
  });
});
