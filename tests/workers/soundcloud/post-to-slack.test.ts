import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { DataOf } from "../../../events/envelope.ts";
import { InquiryReceived } from "../../../events/soundcloud/inquiry-received.v1.ts";
import { PostToSlack } from "../../../events/soundcloud/post-to-slack.v1.ts";
import { postToSlackWorker } from "../../../functions/soundcloud/post-to-slack.worker.ts";
import { transact } from "../../../shared/kernel/table/table.ts";
import { Settings } from "../../../shared/soundcloud/settings/settings.ts";
import { SlackPost } from "../../../shared/soundcloud/slack/slack-post.ts";
import { slackWebhookField } from "../../../shared/soundcloud/slack/webhook.ts";
import { soundcloud, soundcloudSystem } from "../../../shared/soundcloud/table.ts";
import { control } from "../../integration/providers/support.ts";
import type { SoundcloudOrg } from "../../support/soundcloud.ts";
import { type SlackWorld, slackWorld } from "./slack-world.ts";

const START = "2026-11-20T09:00:00.000Z";
let world: SlackWorld;
beforeAll(async () => {
  world = await slackWorld();
});
afterEach(async () => {
  await control(world.sandbox.url, "DELETE", "faults");
  await world.purge(postToSlackWorker);
  world.clock.set(START);
  world.restart();
});
afterAll(() => world.stop());

type News = DataOf<typeof PostToSlack>;
const id = (): string => world.ids.uuid();
const complaint = (): News => ({ fact: "complaint-received", data: { complaint_id: id() } });
const deliver = (org: SoundcloudOrg, data: News = complaint(), message_id = id()) =>
  world.deliver(postToSlackWorker, [org.message(PostToSlack, data, message_id)]);
/** What waits to be tried again, with its delay. */
const ordered = () => world.sent.filter(({ envelope }) => envelope.type === PostToSlack.type).map(({ envelope, delay_s }) => ({ id: envelope.id, delay_s }));

describe("post-to-slack", () => {
  it("tells what ops should know, names nobody, and links to the agency's pages", async () => {
    const { org, path } = await world.connected();
    const at = "2026-11-20T09:00:00.000Z";
    const [inquiry, campaign, schedule, subject] = [id(), id(), id(), id()];
    const news: News[] = [
      { fact: "inquiry-received", data: { inquiry_id: inquiry } },
      { fact: "deadline-passed", data: { clock: "complaint", subject_id: subject, episode: at, due_at: at } },
      { fact: "schedule-failed", data: { schedule_id: schedule, parent_type: "campaign", parent_id: campaign, error_message: "<!channel> of Jane" } },
      { fact: "campaign-completed", data: { campaign_id: campaign, client_id: id(), goal_reposts: 40, verified_reposts: 38 } },
      { fact: "queue-published", data: { date: "2026-11-21", assignments: 12 } },
      { fact: "test", data: {} },
    ];
    for (const one of news) expect(await deliver(org, one)).toBe(0);
    expect(await world.posted(path)).toEqual([
      `*New inquiry*\nSomebody asks to join the network.\n<https://agency.example/inquiries/${inquiry}|Open>`,
      `*A complaint waits*\nIt was due at ${at}.\n<https://agency.example/complaints/${subject}|Open>`,
      `*Scheduled repost failed*\nA repost scheduled at Influence Planner failed for good.\n<https://agency.example/schedules/${schedule}|Open>`,
      `*Campaign completed*\nA campaign has ended with 38 of 40 reposts.\n<https://agency.example/campaigns/${campaign}|Open>`,
      "*Queue published*\nThe queue of 2026-11-21 was published with 12 assignments.\n<https://agency.example/queues/2026-11-21|Open>",
      "*Test message*\nWhat ops should know arrives here.",
    ]);
    expect(await world.statusOf(org)).toMatchObject({ last_success_at: START, consecutive_failures: 0 });
    expect(JSON.stringify(world.log.lines)).not.toContain(path);
  });

  it("hears of facts by the event that left with them", async () => {
    const { org, path } = await world.connected();
    await transact(org.ctx, soundcloud, soundcloudSystem.emit(org.ctx, InquiryReceived, { inquiry_id: id() }), { pattern: "tests.emit" });
    expect(await world.drain(postToSlackWorker)).toBe(1);
    expect(await world.posted(path)).toHaveLength(1);
  });

  it("posts a message once, delivered twice, and another of the same kind beside it", async () => {
    const { org, path } = await world.connected();
    const message_id = id();
    const news = complaint();
    await deliver(org, news, message_id);
    await deliver(org, news, message_id);
    expect(await world.posted(path)).toHaveLength(1);
    await deliver(org);
    expect(await world.posted(path)).toHaveLength(2);
  });

  it("leaves a poisoned neighbour to the dead letters", async () => {
    const { org, path } = await world.connected();
    const [good, poison] = [org.message(PostToSlack, complaint()), org.message(PostToSlack, { fact: "unheard-of", data: {} } as never)];
    expect(await world.deliver(postToSlackWorker, [poison, good])).toBe(1);
    expect(await world.posted(path)).toHaveLength(1);
  });

  it("sends nothing and fails nothing while Slack is off or has no webhook", async () => {
    const { org, path } = await world.connected();
    await Settings.patch(org.ctx, { org_id: org.org_id }, { slack_enabled: false });
    expect(await deliver(org)).toBe(0);
    await Settings.patch(org.ctx, { org_id: org.org_id }, { slack_enabled: true, slack_webhook: null });
    expect(await deliver(org)).toBe(0);
    expect(await world.posted(path)).toEqual([]);
    const status = await world.statusOf(org);
    expect(status).toMatchObject({ slack_enabled: true, slack_webhook_set: false, consecutive_failures: 0 });
    expect(status).not.toHaveProperty("last_failure_at");
  });

  it.each([
    "https://evil.example/services/T0AAA/B0BBB/secret",
    "https://hooks.slack.com.evil.example/services/T0AAA/B0BBB/secret",
    "http://hooks.slack.com/services/T0AAA/B0BBB/secret",
  ])("does not call %s, however it came into the settings", async (address) => {
    const { org } = await world.connected();
    const sealed = await org.ctx.vault.seal(org.ctx, address, slackWebhookField(org.org_id));
    await Settings.patch(org.ctx, { org_id: org.org_id }, { slack_webhook: sealed });
    expect(await deliver(org)).toBe(0);
    expect(await world.posted("/services/T0AAA/B0BBB/secret")).toEqual([]);
    expect(await world.statusOf(org)).toMatchObject({ last_failure_code: "not_slack", consecutive_failures: 1 });
  });
});

describe("what Slack refuses", () => {
  it.each(["invalid_payload", "action_prohibited", "channel_not_found", "no_service", "channel_is_archived"])(
    "for good (%s) is noted with its word, and not sent again",
    async (word) => {
      const { org, path } = await world.connected();
      await world.refuse(path, word);
      const message_id = id();
      expect(await deliver(org, complaint(), message_id)).toBe(0);
      expect(await deliver(org)).toBe(0);
      expect(ordered()).toEqual([]);
      expect(await world.statusOf(org)).toMatchObject({ last_failure_at: START, last_failure_code: word, consecutive_failures: 2 });
      await control(world.sandbox.url, "PUT", "refusals", { path });
      expect(await deliver(org, complaint(), message_id)).toBe(0);
      expect(await world.posted(path)).toEqual([]);
      await deliver(org);
      expect(await world.statusOf(org)).toMatchObject({ last_success_at: START, last_failure_code: word, consecutive_failures: 0 });
    },
  );

  it("for its limit is put off for as long as it asks, under the same id", async () => {
    const { org, path } = await world.connected();
    await world.fault("429_text");
    const message_id = id();
    expect(await deliver(org, complaint(), message_id)).toBe(0);
    expect(ordered()).toEqual([{ id: message_id, delay_s: 30 }]);
    world.clock.advance(20_000);
    await deliver(org, complaint(), message_id);
    expect(await world.posted(path)).toEqual([]);
    expect(ordered().at(-1)).toEqual({ id: message_id, delay_s: 10 });
    await world.purge(postToSlackWorker);
    await deliver(org, complaint(), message_id);
    world.clock.advance(10_000);
    expect(await world.drain(postToSlackWorker)).toBe(1);
    expect(await world.posted(path)).toHaveLength(1);
    expect(await SlackPost.get(org.ctx, { org_id: org.org_id, id: message_id })).toMatchObject({ put_off: 1, ended_at: world.clock.now().toISOString() });
  });

  it.each(["500", "503", "403_html"])("for its own trouble (%s) is put off, each time longer", async (kind) => {
    const { org, path } = await world.connected();
    const message_id = id();
    const news = complaint();
    const delays: unknown[] = [];
    await world.fault(kind, 3);
    for (let n = 0; n < 3; n++) {
      await deliver(org, news, message_id);
      delays.push(ordered().at(-1)?.delay_s);
      world.clock.advance(900_000);
      world.restart();
    }
    expect(delays).toEqual([1, 2, 4]);
    await deliver(org, news, message_id);
    expect(await world.posted(path)).toHaveLength(1);
  });

  it("for a day is given up", async () => {
    const { org, path } = await world.connected();
    const message_id = id();
    const news = complaint();
    await world.fault("503", 2);
    await deliver(org, news, message_id);
    await world.purge(postToSlackWorker);
    world.clock.advance(25 * 3_600_000);
    world.restart();
    await deliver(org, news, message_id);
    expect(ordered()).toEqual([]);
    await deliver(org, news, message_id);
    expect(await world.posted(path)).toEqual([]);
    expect(await world.statusOf(org)).toMatchObject({ last_failure_code: "put_off", consecutive_failures: 1 });
  });
});

describe("an answer that got lost", () => {
  it.each(["lost_answer", "timeout", "malformed"])("(%s) brings the message again, and perhaps twice", async (kind) => {
    const { org, path } = await world.connected();
    await world.fault(kind);
    const message_id = id();
    const news = complaint();
    expect(await deliver(org, news, message_id)).toBe(1);
    expect(await deliver(org, news, message_id)).toBe(0);
    expect(await world.posted(path)).toHaveLength(2);
    expect(JSON.stringify(world.log.lines)).not.toContain(path);
  });
});
