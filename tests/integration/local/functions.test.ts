import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Cloud } from "../../../infra/local/cloud.ts";
import type { LambdaFunction } from "../../../infra/local/lambda/lambda-function.ts";
import { type RecordingLog, call, recordingLog, startFixture } from "./fixture/fixture.ts";

let cloud: Cloud;
let log: RecordingLog;
beforeAll(async () => {
  log = recordingLog();
  cloud = await startFixture({ log, env: { OUTSIDE_URL: "http://127.0.0.1:9", NOT_IN_THE_TEMPLATE: "x" } });
});
afterAll(() => cloud.stop());

const named = (name: string): LambdaFunction => [...cloud.functions.values()].find((one) => one.name === name)!;

describe("a function", () => {
  it("gets the template's variables, the runtime's, and nothing of this process", async () => {
    const { body } = (await call(cloud, "POST", "/do/variables", {})) as { body: Record<string, string> };
    expect(body).toMatchObject({
      TABLE: cloud.tables()[0]!.name,
      QUEUE: `${cloud.endpoints.messages}/000000000000/fixture-work`,
      PLACE: "in-eu-west-1",
      CHOSEN: "here",
      OUTSIDE_URL: "http://127.0.0.1:9",
      AWS_REGION: "eu-west-1",
      AWS_ENDPOINT_URL_DYNAMODB: cloud.endpoints.dynamodb,
      AWS_LAMBDA_FUNCTION_NAME: "fixture-api",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
    });
    expect(body["SECRET"]).toMatch(/^[A-Za-z0-9]{40}$/);
    expect(body["WORD"]).toHaveLength(32);
    for (const foreign of ["NOT_IN_THE_TEMPLATE", "HOME", "NODE_OPTIONS", "VITEST"]) expect(body).not.toHaveProperty(foreign);
  });

  it("reaches the bucket of the template", async () => {
    expect((await call(cloud, "POST", "/do/file", { text: "kept" })).body).toEqual({ text: "kept" });
  });

  it("fails with its timeout, and the next invocation gets a new environment", async () => {
    const slow = named("fixture-slow");
    await expect(slow.invoke({})).rejects.toMatchObject({ error_type: "Sandbox.Timedout", message: "Task timed out after 1.00 seconds" });
    expect(await call(cloud, "POST", "/slow", {})).toMatchObject({ status: 500 });
    expect(slow.counts).toMatchObject({ invocations: 2, errors: 2, running: 0, environments: 0 });
  });

  it("fails alone when its environment ends, and works again at once", async () => {
    const others = Promise.all(Array.from({ length: 6 }, (_, at) => call(cloud, "PUT", `/items/beside-${at}`, {})));
    expect(await call(cloud, "POST", "/do/crash", {})).toMatchObject({ status: 500 });
    expect((await others).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(await call(cloud, "POST", "/do/nothing", {})).toMatchObject({ status: 200 });
    await expect(named("fixture-api").invoke({ pathParameters: { what: "crash" }, routeKey: "POST /do/{what}" })).rejects.toMatchObject({
      error_type: "Runtime.ExitError",
    });
  });

  it("runs no more environments than it may, and lets the rest wait", async () => {
    const all = await Promise.all(Array.from({ length: 40 }, (_, at) => call(cloud, "PUT", `/items/many-${at}`, {})));
    expect(all.every(({ status }) => status === 200)).toBe(true);
    expect(named("fixture-api").counts.environments).toBeLessThanOrEqual(4);
  });

  it("writes its lines as JSON; errors are shown in one line", async () => {
    await call(cloud, "POST", "/do/log", { line: "a plain line" });
    await call(cloud, "POST", "/do/log", { line: JSON.stringify({ level: "ERROR", message: "first\nsecond" }) });
    await call(cloud, "POST", "/do/throw", {});
    await expect
      .poll(() => named("fixture-api").last_lines.map((line) => (JSON.parse(line) as { message: string }).message))
      .toEqual(expect.arrayContaining(["a plain line", "first\nsecond", "RangeError: on purpose"]));
    expect(log.lines).toContain("error fixture-api: first");
    expect(log.lines).toContain("error fixture-api: RangeError: on purpose");
  });
});

describe("the vault's key", () => {
  it("opens what it sealed for the same context only", async () => {
    const { body: sealed } = (await call(cloud, "POST", "/do/seal", { org_id: "a" })) as { body: { clear: string; wrapped: string } };
    const unseal = async (org_id: string, wrapped: string) => (await call(cloud, "POST", "/do/unseal", { org_id, wrapped })).body;
    expect(await unseal("a", sealed.wrapped)).toEqual({ clear: sealed.clear });
    expect(await unseal("b", sealed.wrapped)).toEqual({ refused: "InvalidCiphertextException" });
    const altered = Buffer.from(sealed.wrapped, "base64");
    altered[altered.length - 1]! ^= 1;
    expect(await unseal("a", altered.toString("base64"))).toEqual({ refused: "InvalidCiphertextException" });
    expect(await unseal("a", "AAAA")).toEqual({ refused: "InvalidCiphertextException" });
  });
});
