import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { postToSlackWorker } from "../../../functions/soundcloud/post-to-slack.worker.ts";
import { type SlackWorld, slackWorld } from "../../workers/soundcloud/slack-world.ts";

let world: SlackWorld;
beforeAll(async () => {
  world = await slackWorld();
});
afterAll(() => world.stop());

describe("GET /soundcloud/slack", () => {
  it("200 with the settings and no failures before anything was sent, and never the address", async () => {
    const { org, path } = await world.connected();
    for (const { api } of [org.admin, org.moderator]) {
      const { status, body } = await api.get("/soundcloud/slack");
      expect([status, body]).toEqual([200, { slack_enabled: true, slack_webhook_set: true, slack_channel: "#soundcloud-groups", consecutive_failures: 0 }]);
      expect(JSON.stringify(body)).not.toContain(path);
    }
    const { person } = await org.artist();
    expect((await person.api.get("/soundcloud/slack")).status).toBe(403);
  });
});

describe("POST /soundcloud/slack/test", () => {
  it("202, and a job posts the test", async () => {
    const { org, path } = await world.connected();
    const { status, body } = await org.admin.api.post("/soundcloud/slack/test");
    expect([status, body.status]).toEqual([202, "ordered"]);
    expect(await world.drain(postToSlackWorker)).toBe(1);
    expect(await world.posted(path)).toEqual(["*Test message*\nWhat ops should know arrives here."]);
    expect((await org.moderator.api.post("/soundcloud/slack/test")).status).toBe(403);
  });

  it("422 while Slack is turned off or has no webhook", async () => {
    const org = await world.org();
    expect((await org.admin.api.post("/soundcloud/slack/test")).problem).toMatchObject({ status: 422, code: "slack_off" });
    const off = await world.org({ slack_enabled: true });
    expect((await off.admin.api.post("/soundcloud/slack/test")).problem).toMatchObject({ status: 422, code: "slack_off" });
    expect(await world.drain(postToSlackWorker)).toBe(0);
  });
});
