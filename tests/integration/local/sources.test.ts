import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { bodies, call, depth, handled, startFixture } from "./fixture/fixture.ts";

let cloud: Cloud;
beforeAll(async () => {
  cloud = await startFixture({ schedules_held: true });
});
afterAll(() => cloud.stop());

const send = (name: string) => call(cloud, "POST", "/do/send", { name });
const put = (name: string, _t = "Watched") => call(cloud, "POST", "/do/put", { pk: `W#${name}`, sk: "W", _t, name });

describe("a queue", () => {
  it("feeds its function, each message once", async () => {
    await Promise.all(Array.from({ length: 23 }, (_, at) => send(`m-${at}`)));
    await cloud.drain();
    expect(await Promise.all(Array.from({ length: 23 }, (_, at) => handled(cloud, `m-${at}`)))).toEqual(Array.from({ length: 23 }, () => 1));
    expect(depth(cloud, "fixture-work")).toBe(0);
  });

  it("puts a poison message into the dead-letter queue; its neighbours succeed", async () => {
    await Promise.all([send("left"), send("poison"), send("right")]);
    await cloud.drain();
    expect([await handled(cloud, "left"), await handled(cloud, "right"), await handled(cloud, "poison")]).toEqual([1, 1, 0]);
    expect(await bodies(cloud, "fixture-dead")).toEqual([{ name: "poison" }]);
  });

  it("keeps a message whose function ended with its environment", async () => {
    await send("dies");
    await cloud.drain();
    expect(await bodies(cloud, "fixture-dead")).toContainEqual({ name: "dies" });
  });

  it("says what is left when it does not become idle in time", async () => {
    await Promise.all(Array.from({ length: 40 }, (_, at) => send(`late-${at}`)));
    await expect(cloud.drain(1)).rejects.toThrow(/^After 0\.001 s there is still work: .*(fixture-work|stream)/);
    await cloud.drain();
  });
});

describe("a table's stream", () => {
  const poisonWords = { condition: "RetryAttemptsExhausted", approximateInvokeCount: 2 };

  it("feeds its function what the filter lets through", async () => {
    await put("one");
    await put("other", "Unwatched");
    await put("one");
    await cloud.drain();
    expect([await handled(cloud, "seen-one"), await handled(cloud, "seen-other")]).toEqual([1, 0]);
  });

  it("separates a poison record from its neighbours and reports it to the destination", async () => {
    await Promise.all(["before", "poison", "after"].map((name) => put(name)));
    await put("last");
    await cloud.drain();
    for (const name of ["before", "after", "last"]) expect(await handled(cloud, `seen-${name}`), name).toBe(1);
    const reports = (await bodies(cloud, "fixture-lost")) as { requestContext: object; DDBStreamBatchInfo: { batchSize: number; streamArn: string } }[];
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatchObject({ requestContext: poisonWords, DDBStreamBatchInfo: { batchSize: 1, streamArn: cloud.tables()[0]!.stream_arn } });
  });
});

describe("the event bus", () => {
  const publish = (DetailType: string, Detail: object, Source = "fixture") => call(cloud, "POST", "/do/publish", { Source, DetailType, Detail });
  const since: { heard: number } = { heard: 0 };
  beforeEach(async () => {
    since.heard = (await bodies(cloud, "fixture-heard")).length;
  });
  const heardNow = async () => (await bodies(cloud, "fixture-heard")).slice(since.heard);

  it("delivers what a rule's pattern matches, with the target's own input", async () => {
    await publish("any", { kind: "wanted", name: 'Ann "A"' });
    await publish("any", { kind: "x-ray", name: "Bo" });
    await publish("any", { kind: "unwanted", name: "Cy" });
    await publish("any", { kind: "wanted", name: "Di" }, "elsewhere");
    expect(await heardNow()).toEqual([
      { kind: "wanted", text: 'got Ann "A"' },
      { kind: "x-ray", text: "got Bo" },
    ]);
  });

  it("starts a function, repeats it, and gives what failed for good to its destination", async () => {
    const before = (await bodies(cloud, "fixture-lost")).length;
    await publish("for-function", { name: "fine" });
    await publish("for-function", { name: "poison" });
    await cloud.drain();
    expect([await handled(cloud, "heard-fine"), await handled(cloud, "heard-poison")]).toEqual([1, 2]);
    expect((await bodies(cloud, "fixture-lost"))[before]).toMatchObject({
      requestContext: { condition: "RetriesExhausted" },
      requestPayload: { detail: { name: "poison" } },
      responsePayload: { errorMessage: "poison" },
    });
  });

  it("refuses an entry that AWS refuses, and delivers the others", async () => {
    const { body } = (await call(cloud, "POST", "/do/publish", { Source: "", DetailType: "any", Detail: {} })) as { body: object };
    expect(body).toMatchObject({ FailedEntryCount: 1, Entries: [{ ErrorCode: "InvalidArgument" }] });
  });

  it("runs schedules by hand, as of a time", async () => {
    expect(
      cloud
        .schedules()
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(["fixture-daily", "fixture-hourly", "fixture-nightly"]);
    await cloud.runSchedule("fixture-nightly", new Date("2026-11-20T03:15:00Z"));
    await cloud.runSchedule("fixture-daily", new Date("2026-11-20T00:00:00Z"));
    await cloud.runSchedule("fixture-hourly");
    expect(await heardNow()).toMatchObject([
      { job: "nightly", at: "2026-11-20T03:15:00Z" },
      { "detail-type": "Scheduled Event", source: "aws.events", time: "2026-11-20T00:00:00Z" },
    ]);
    expect(await handled(cloud, "heard-hourly")).toBe(1);
    await expect(cloud.runSchedule("nobody")).rejects.toThrow("There is no schedule nobody. There are: fixture-nightly");
  });

  it("runs none by the clock before they are started, and then knows when each runs next", () => {
    expect(cloud.schedules().filter(({ next_run }) => next_run)).toEqual([]);
    cloud.startSchedules();
    const next = new Map(cloud.schedules().map(({ id, next_run }) => [id, next_run!]));
    expect([next.get("fixture-nightly")!.getUTCHours(), next.get("fixture-nightly")!.getUTCMinutes()]).toEqual([3, 15]);
    expect(next.get("fixture-hourly")!.getTime() - Date.now()).toBeGreaterThan(3_000_000);
  });
});
