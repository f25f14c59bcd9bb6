import { afterEach, expect, it } from "vitest";
import { plannerClient } from "../../../shared/soundcloud/planner/influence-planner.client.ts";
import { type Scripted, json, scripted, testClock } from "./support.ts";

let server: Scripted | undefined;
afterEach(() => server?.stop());

const create = async (answer: object) => {
  const clock = testClock();
  server = await scripted((reply) => json(reply, 200, answer));
  const client = plannerClient({ api_url: server.url, clock, sleep: clock.sleep });
  return client.create({ username: "agency", api_key: "key" }, { track_url: "https://soundcloud.com/a/b", targets: ["SOUNDCLOUD-USER-1"] } as never);
};

it("a schedule is known by the address that it can be seen at", async () => {
  const calendar_url = "https://influenceplanner.com/planned/calendar/schedule/abc-1";
  expect(await create({ status: "CREATED", data: [calendar_url] })).toEqual({ kind: "ok", value: { ip_schedule_id: "abc-1", calendar_url } });
});

it.each(["javascript:abc", "data:abc", "ftp://influenceplanner.com/abc", "abc", "https://influenceplanner.com/", undefined])(
  "an answer that names %s is an unknown outcome: whether the schedule exists nobody knows, and nobody is led there",
  async (address) => {
    expect(await create({ status: "CREATED", data: address === undefined ? [] : [address] })).toMatchObject({ kind: "unknown_outcome" });
  },
);
