import { MailEventReceived } from "../../../events/soundcloud/mail-event-received.v1.ts";
import { PlannerEventReceived } from "../../../events/soundcloud/planner-event-received.v1.ts";
import { instagramWebhooksApi } from "../../../functions/social/instagram-webhooks.api.ts";
import { ingestEventsWorker } from "../../../functions/social/ingest-events.worker.ts";
import { recordMentionsWorker } from "../../../functions/social/record-mentions.worker.ts";
import { applyMailEventWorker } from "../../../functions/soundcloud/apply-mail-event.worker.ts";
import { applyPlannerEventWorker } from "../../../functions/soundcloud/apply-planner-event.worker.ts";
import { mailApi } from "../../../functions/soundcloud/mail.api.ts";
import { plannerWebhooksApi } from "../../../functions/soundcloud/planner-webhooks.api.ts";
import type { Boot } from "../../../shared/kernel/boot.ts";
import { localKey } from "../../../shared/kernel/crypto/local-key.ts";
import { vaultOver } from "../../../shared/kernel/crypto/vault.ts";
import type { Api } from "../../../shared/kernel/http/api.ts";
import { noSessions } from "../../../shared/kernel/http/authenticator.ts";
import type { SignedPolicy } from "../../../shared/kernel/http/route.ts";
import { SocialAccount } from "../../../shared/social/account/social-account.ts";
import { setHook } from "../../../shared/social/instagram/set-hook.ts";
import { hourOf } from "../../../shared/social/trend/coverage.ts";
import { TopicDay, countAt, dayOfHour } from "../../../shared/social/trend/topic-day.ts";
import { EmailLog } from "../../../shared/soundcloud/mail/email-log.ts";
import { PlannerEvent } from "../../../shared/soundcloud/planner/planner-event.ts";
import { setPlannerAccount } from "../../../shared/soundcloud/planner/set-planner-account.ts";
import { WEBHOOK_SECRET } from "../../workers/soundcloud/mail-world.ts";
import { memberOf } from "../../workers/soundcloud/queues-world.ts";
import { apiClient } from "../api-client.ts";
import { type EngagementWorld, engagementWorld } from "../engagement.ts";
import type { CrashGate } from "../faults/crash.ts";
import { deliveryOf, secretOf } from "../forgeries.ts";
import { type CrashCase, crashCase } from "./crash-case.ts";
import { mailPlace, mailed, softBounces } from "./mail.ts";
import { plannerPlace, scheduled } from "./planner.ts";

const MASTER = localKey("intake", new Uint8Array(32).fill(9));
/** What the secrets of senders are sealed with. */
const vault = vaultOver(MASTER);

interface Message {
  readonly id: string;
  readonly body: object;
}
interface Sending {
  readonly path: string;
  readonly headers: SignedPolicy["headers"];
  readonly secret: string;
  readonly messages: readonly Message[];
}
interface IntakeWorld {
  readonly boot: Boot;
  readonly ports: Readonly<Record<string, unknown>>;
}

/** Sends what is there in a process that has opened no secret before; answers what was not taken. */
const send = async ({ boot, ports }: IntakeWorld, gate: CrashGate, api: Api, { path, headers, secret, messages }: Sending): Promise<readonly Message[]> => {
  const opening = vaultOver({ ...MASTER, unwrap: gate.around(MASTER.unwrap) });
  const client = apiClient([api], { ...boot, authenticate: noSessions, cursorKey: "no lists here", ports: { ...ports, vault: opening } });
  const refused: Message[] = [];
  for (const message of messages) {
    const delivery = deliveryOf({ prefix: headers, secret, id: message.id, at: boot.clock.now(), raw: JSON.stringify(message.body) });
    const { status } = await client.request("POST", path, undefined, delivery);
    if (status < 200 || status > 299) refused.push(message);
  }
  return refused;
};

interface Intake<World extends IntakeWorld, Started extends { readonly sending: Sending }> {
  readonly api: Api;
  place(gate: CrashGate): Promise<World>;
  start(world: World): Promise<Started>;
  /** The ids of what the messages have set going, in which a queue may name one more than once. */
  taken(world: World, started: Started): Promise<readonly string[]>;
  /** What comes of it once all that waits is done. */
  effect(world: World, started: Started): Promise<object>;
  readonly ends: { readonly taken: number; readonly effect: object };
  stop?(world: World): Promise<void>;
}

/** Messages that their sender repeats until they are taken. At the end each is repeated once more, which changes nothing. */
const intakeCrash = <World extends IntakeWorld, Started extends { readonly sending: Sending }>(
  title: string,
  { api, place, start, taken, effect, ends, stop }: Intake<World, Started>,
): CrashCase =>
  crashCase(title, {
    place: async (gate) => ({ gate, world: await place(gate) }),
    start: async ({ world }) => {
      const started = await start(world);
      return { started, waiting: started.sending.messages };
    },
    run: async ({ gate, world }, begun) => {
      begun.waiting = await send(world, gate, api, { ...begun.started.sending, messages: begun.waiting });
      if (begun.waiting.length > 0) throw new Error("The sender sends again.");
    },
    state: async ({ gate, world }, { started }) => {
      const once = await taken(world, started);
      const refused = await send(world, gate, api, started.sending);
      const again = await taken(world, started);
      return { taken: new Set(once).size, again: again.length - once.length, refused, effect: await effect(world, started) };
    },
    ends: { ...ends, again: 0, refused: [] },
    ...(stop ? { stop: ({ world }) => stop(world) } : {}),
  });

/** The mail service tells that a mail was delivered and then that it came back. */
export const mailIntakeCrash = intakeCrash("the intake of what the mail service tells", {
  api: mailApi,
  place: mailPlace,
  start: async (world) => {
    const { org, email, log } = await mailed(world);
    const message = (type: string, created_at: string, more: object = {}): Message => ({
      id: `msg_${log.id}_${type}`,
      body: {
        type: `email.${type}`,
        created_at,
        data: { email_id: log.resend_message_id, tags: { org_id: org.org_id, message_key: log.id }, ...more },
      },
    });
    const messages = [
      message("delivered", "2026-11-20T09:00:00.000Z"),
      message("bounced", "2026-11-20T09:00:05.000Z", { bounce: { type: "Transient", subType: "MailboxFull" } }),
    ];
    return { org, email, log, sending: { path: "/soundcloud/webhooks/resend", headers: "svix", secret: WEBHOOK_SECRET, messages } };
  },
  taken: async (_, { org }) => (await org.events()).filter(({ type }) => type === MailEventReceived.type).map(({ id }) => id),
  effect: async (world, { org, email, log }) => {
    await world.drain(applyMailEventWorker);
    const { status, delivered_at, bounced_at } = await EmailLog.get(org.ctx, log, { consistent: true });
    return { status, delivered: delivered_at !== undefined, bounced: bounced_at !== undefined, soft_bounces: await softBounces(org, email) };
  },
  ends: { taken: 2, effect: { status: "bounced", delivered: true, bounced: true, soft_bounces: 1 } },
  stop: (world) => world.stop(),
});

/** Influence Planner tells that one of two reposts is made and that the other's account is refused. */
export const plannerIntakeCrash = intakeCrash("the intake of call-backs of Influence Planner", {
  api: plannerWebhooksApi,
  place: plannerPlace,
  start: async (world) => {
    const network = await scheduled(world, 2);
    const { org } = network;
    const secret = secretOf(org.org_id);
    await setPlannerAccount({ ...org.ctx, vault }, { username: org.org_id, api_key: "ip-1234", webhook_secrets: [secret] });
    const told = [
      { type: "schedule.completed", performed_at: "2026-11-20T09:00:00.000Z" },
      { type: "schedule.failed", error: { code: "account_invalid", message: "Connect again." } },
    ];
    const messages = (await world.schedulesOf(network)).map(({ id, ip_schedule_id, target_user_id }, n): Message => {
      const { type, ...more } = told[n]!;
      return { id: `msg_${id}`, body: { type, timestamp: "2026-11-20T09:00:00.000Z", data: { schedule_id: ip_schedule_id, target_user_id, ...more } } };
    });
    return { network, sending: { path: `/soundcloud/webhooks/influence-planner/${org.org_id}`, headers: "webhook", secret, messages } };
  },
  taken: async (_, { network }) => (await network.org.events()).filter(({ type }) => type === PlannerEventReceived.type).map(({ id }) => id),
  effect: async (world, { network }) => {
    await world.drain(applyPlannerEventWorker);
    const schedules = await world.schedulesOf(network);
    const members = await Promise.all(schedules.map(({ member_id }) => memberOf(network.org, member_id)));
    // What is applied is deleted.
    const { items: left } = await PlannerEvent.query.byState(network.org.ctx, { org_id: network.org.org_id, state: "received" });
    return { schedules: schedules.map(({ status }) => status), members: members.map(({ status }) => status), left };
  },
  ends: { taken: 2, effect: { schedules: ["completed", "failed"], members: ["active", "needs_reconnect"], left: [] } },
  stop: (world) => world.stop(),
});

const ACCOUNT = "17841400000000001";
const APP_SECRET = secretOf("instagram");
let drawn = 0;

const mentionsOf = async ({ ctx, org_id, clock }: EngagementWorld, topic_type: "hashtag" | "mention", topic: string): Promise<number> => {
  const next_hour = hourOf(clock.now()) + 1;
  const day = await TopicDay.find(ctx, { org_id, platform: "instagram", day: dayOfHour(next_hour), topic_type, topic }, { consistent: true });
  return day ? countAt(day, next_hour) : 0;
};

/** Instagram tells of a comment with a topic in it, and in another message of a comment and of a mention of the account. */
export const instagramIntakeCrash = intakeCrash("the intake of what Instagram tells", {
  api: instagramWebhooksApi,
  place: async (gate) => {
    const world = await engagementWorld({ gate });
    await setHook({ ...world.ctx, vault }, { app_secret: APP_SECRET, verify_token: "a-word-of-our-own" });
    return world;
  },
  start: async (world) => {
    drawn += 1;
    const topic = `topic${drawn}`;
    const account = { external_id: `${ACCOUNT}${drawn}`, username: `gym.${drawn}` };
    await SocialAccount.create(world.ctx, { org_id: world.org_id, platform: "instagram", ...account });
    const post = await world.post({ status: "published", platform_post_id: `intake-${drawn}` });
    const time = Math.floor(world.clock.now().getTime() / 1000);
    const comment = (n: number, text: string) => ({
      field: "comments",
      value: { id: `comment-${drawn}-${n}`, text, from: { id: `fan-${n}`, username: `fan_${n}` }, media: { id: post.platform_post_id } },
    });
    const mention = { field: "mentions", value: { media_id: `media-${drawn}` } };
    const messages = [[comment(1, `love #${topic}`)], [comment(2, "love this"), mention]].map((changes, n): Message => ({
      id: `${drawn}-${n}`,
      body: { object: "instagram", entry: [{ id: account.external_id, time, changes }] },
    }));
    world.sent.splice(0);
    return { post, topic, account, sending: { path: `/social/webhooks/instagram/${world.org_id}`, headers: "x-hub", secret: APP_SECRET, messages } };
  },
  taken: async (world) => world.sent.map(({ envelope }) => envelope.id),
  effect: async (world, { post, topic, account }) => {
    await world.drain(ingestEventsWorker);
    await world.drain(recordMentionsWorker);
    await world.count();
    return {
      comments: (await world.counted(post.id)).comments,
      topic: await mentionsOf(world, "hashtag", topic),
      account: await mentionsOf(world, "mention", account.username),
    };
  },
  ends: { taken: 4, effect: { comments: 2, topic: 1, account: 1 } },
});
