import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BuildQueue } from "../../events/soundcloud/build-queue.v1.ts";
import { SendDigest } from "../../events/soundcloud/send-digest.v1.ts";
import { buildQueueWorker } from "../../functions/soundcloud/build-queue.worker.ts";
import { campaignsApi } from "../../functions/soundcloud/campaigns.api.ts";
import { complaintsApi } from "../../functions/soundcloud/complaints.api.ts";
import { inquiriesApi } from "../../functions/soundcloud/inquiries.api.ts";
import { mailApi } from "../../functions/soundcloud/mail.api.ts";
import { membersApi } from "../../functions/soundcloud/members.api.ts";
import { partiesApi } from "../../functions/soundcloud/parties.api.ts";
import { publishQueueWorker } from "../../functions/soundcloud/publish-queue.worker.ts";
import { queuesApi } from "../../functions/soundcloud/queues.api.ts";
import { sendDigestWorker } from "../../functions/soundcloud/send-digest.worker.ts";
import { submissionsApi } from "../../functions/soundcloud/submissions.api.ts";
import type { Mail } from "../../infra/local/sandbox/resend/mail-box.ts";
import { resendClient } from "../../shared/mail/resend.client.ts";
import { EmailLog } from "../../shared/soundcloud/mail/email-log.ts";
import { Trigger, variablesOf } from "../../shared/soundcloud/mail/trigger.ts";
import { type IdentityCloud, identityCloud } from "../api/identity/identity-cloud.ts";
import { act, captureBaseline } from "../support/campaigns.ts";
import { atSize, figures } from "../support/figures.ts";
import { type Say, type Store, type UserField, harmlessTexts, storeWith } from "../support/hostile-items.ts";
import { hostileTexts } from "../support/hostile-texts.ts";
import { INVISIBLE, everyPlace, harmDone } from "../support/mail-harm.ts";
import type { SoundcloudOrg } from "../support/soundcloud.ts";
import { type MailWorld, mailWorld } from "../workers/soundcloud/mail-world.ts";

const PLAYS = atSize({ test: 2, soak: hostileTexts.length });
const TIMEOUT_MS = atSize({ test: 60_000, soak: 3_600_000 });
const DAY = "2026-11-21";
const WEEK = "2026-W46";

/** To whom mails go, and what is stored where they show it. */
interface Told {
  readonly to: readonly string[];
  readonly shown: Readonly<Record<string, string>>;
  /** What is another in each mail, whoever writes what. */
  readonly token?: string;
}
/** Does over the API what a mail is the answer to. */
type Play = (org: SoundcloudOrg, store: Store) => Promise<Told>;

const post =
  ({ admin }: SoundcloudOrg, store: Store) =>
  (path: string, write?: (say: Say) => object) =>
    store((body) => admin.api.post(`/soundcloud/${path}`, body), write);

const memberBy = async (org: SoundcloudOrg, store: Store, more: object = {}) => {
  const { id, name, emails } = await post(org, store)("members", (say) => ({ name: say("name"), emails: [say("email")], ...more }));
  return { member_id: id as string, told: { to: emails, shown: { recipient_name: name } } };
};
const linked = { account: { handle: "reader", follower_count: 500 } };
const setAccount = (org: SoundcloudOrg, store: Store, member_id: string, account: object) =>
  store(() => org.admin.api.put(`/soundcloud/members/${member_id}/accounts/soundcloud`, account));

/** A submission of the party, and what a mail about it shows. */
const submissionBy = async (org: SoundcloudOrg, store: Store, party: object) => {
  const { id, artist_name, track_title, track_url } = await post(org, store)("submissions", (say) => ({
    ...party,
    artist_name: say("artist_name"),
    track_title: say("track_title"),
    track_url: say("track_url"),
    family: "Electronic",
    service_type: "repost_network",
    target_count: 1,
  }));
  return { id: id as string, shown: { artist_name, track_title, track_url } };
};
const memberSubmission = async (org: SoundcloudOrg, store: Store) => {
  const { member_id, told } = await memberBy(org, store);
  const { id, shown } = await submissionBy(org, store, { member_id });
  return { id, told: { ...told, shown: { ...told.shown, ...shown } } };
};

const clientBy = async (org: SoundcloudOrg, store: Store) => {
  const { id, name, emails } = await post(org, store)("clients", (say) => ({ name: say("name"), emails: [say("email"), "label@harmless.example"] }));
  return { client_id: id as string, told: { to: emails, shown: { recipient_name: name } } };
};
const liveCampaign = async (org: SoundcloudOrg, store: Store) => {
  const { client_id, told } = await clientBy(org, store);
  const { id, artist_name, track_name, track_url, ip_tracking_url } = await post(org, store)("campaigns", (say) => ({
    client_id,
    artist_name: say("artist_name"),
    track_name: say("track_name"),
    track_url: say("track_url"),
    ip_tracking_url: say("ip_tracking_url"),
    notes: say("notes"),
    goal_reposts: 2,
    start_date: "2026-11-20",
    end_date: "2026-11-30",
  }));
  await act(org, id, "draft", "schedule");
  await captureBaseline(org, id);
  await act(org, id, "go-live");
  return { id: id as string, ip_tracking_url, told: { ...told, shown: { ...told.shown, artist_name, track_name, track_url } } };
};

const inquiryBy = async (org: SoundcloudOrg, store: Store): Promise<{ id: string; told: Told }> => {
  const { id, name, email } = await post(org, store)("inquiries", (say) => ({ name: say("name"), email: say("email"), notes: say("notes") }));
  return { id, told: { to: [email], shown: { recipient_name: name } } };
};

/** How each mail of the network comes about. A new trigger does not compile until it is here. */
const plays: Readonly<Record<Trigger | "sent by hand", Play>> = {
  "submission-approved": async (org, store) => {
    const { id, told } = await memberSubmission(org, store);
    await post(org, store)(`submissions/${id}/approve`);
    return told;
  },
  "submission-rejected": async (org, store) => {
    const { id, told } = await memberSubmission(org, store);
    await post(org, store)(`submissions/${id}/reject`, (say) => ({ reason: say("reason") }));
    const { body } = await org.admin.api.get(`/soundcloud/submissions/${id}/history`);
    return { ...told, shown: { ...told.shown, reason: body.items.find(({ to }: { to: string }) => to === "rejected").reason } };
  },
  "assignment-published": async (org, store) => {
    const { told } = await memberBy(org, store, { ...linked, genres: [org.genre("Electronic")] });
    const { client_id } = await clientBy(org, store);
    const { id, shown } = await submissionBy(org, store, { client_id });
    await post(org, store)(`submissions/${id}/approve`);
    expect(await world.deliver(buildQueueWorker, [org.message(BuildQueue, { date: DAY })])).toBe(0);
    await post(org, store)(`queues/${DAY}/approve`);
    await post(org, store)(`queues/${DAY}/publish`);
    return { ...told, shown: { ...told.shown, artist_name: shown.artist_name, track_url: shown.track_url } };
  },
  "tier-changed": async (org, store) => {
    const { member_id, told } = await memberBy(org, store, linked);
    await setAccount(org, store, member_id, { ...linked.account, follower_count: 5_000_000 });
    return told;
  },
  "connection-lost": async (org, store) => {
    const { member_id, told } = await memberBy(org, store, linked);
    await setAccount(org, store, member_id, { ...linked.account, status: "reconnect" });
    return told;
  },
  "inquiry-admitted": async (org, store) => {
    const { id, told } = await inquiryBy(org, store);
    await post(org, store)(`inquiries/${id}/admit`, () => ({}));
    return told;
  },
  "inquiry-rejected": async (org, store) => {
    const { id, told } = await inquiryBy(org, store);
    await post(org, store)(`inquiries/${id}/reject`, (say) => ({ reason: say("reason") }));
    return told;
  },
  "complaint-received": async (org, store) => {
    const { email, song_url } = await post(org, store)("complaints", (say) => ({ email: say("email"), song_url: say("song_url"), notes: say("notes") }));
    return { to: [email], shown: { song_url } };
  },
  "campaign-went-live": async (org, store) => {
    const { told, ip_tracking_url } = await liveCampaign(org, store);
    return { ...told, shown: { ...told.shown, tracking_url: ip_tracking_url } };
  },
  "campaign-completed": async (org, store) => {
    const { id, told } = await liveCampaign(org, store);
    await act(org, id, "complete");
    return told;
  },
  "weekly-digest": async (org, store) => {
    const { told } = await memberBy(org, store);
    expect(await world.deliver(sendDigestWorker, [org.message(SendDigest, { week: WEEK })])).toBe(0);
    return told;
  },
  "sent by hand": async (org, store) => {
    const { id, told } = await memberSubmission(org, store);
    const template = everyPlace(["recipient_name", "artist_name", "track_title", "track_url", "news"]);
    const made = await post(org, store)("email-templates", () => ({ name: "news", ...template }));
    const sent = await post(org, store)(`email-templates/${made.id}/send`, (say) => ({ submission_id: id, variables: { news: say("news") } }));
    const { template_data } = await logOf(org, sent.items[0].email_log_id);
    return { ...told, shown: { ...told.shown, news: String(template_data["news"]) } };
  },
};

/** Variables of which no user writes what they stand for. */
const OURS = new Set(
  "credits credits_balance credits_earned credits_spent goal_reposts new_tier old_tier proof_due received_on reposts_done reposts_received status verified_reposts week".split(
    " ",
  ),
);

/** A play and the mails that arrived, each under what makes it the same mail as one of another play. */
interface Played {
  readonly told: Told;
  readonly mails: ReadonlyMap<string, Mail>;
}
const counted = { stored: 0, refused: 0, mails: 0 };
const numbers = new Map<string, number>();

/** Every field meets another text in each play, at full size all of them. */
const hostileFor =
  (mail: string, play: number) =>
  (field: UserField): string => {
    const place = `${mail}/${field}`;
    const number = numbers.get(place) ?? numbers.set(place, numbers.size).size - 1;
    return hostileTexts[(number * 2 + play) % hostileTexts.length]!;
  };
/** The harmless one, and then the hostile ones. */
const storesFor = (mail: string): Store[] => [
  storeWith(
    (field) => harmlessTexts[field],
    () => expect.unreachable("something harmless was refused"),
  ),
  ...Array.from({ length: PLAYS }, (_, play) => storeWith(hostileFor(mail, play), (fields) => void (counted.refused += fields))),
];

const isAddress = (text: string): boolean => !INVISIBLE.test(text) && !/[<>,\s]/.test(text);

/** What is wrong with the mails of a play, beside those of the harmless one. */
const harmOf = (harmless: Played, { told, mails }: Played): string[] => {
  const shown = Object.keys(told.shown);
  const exchanges = shown.map((name) => [harmless.told.shown[name]!, told.shown[name]!] as const);
  const tokens = told.token === undefined ? [] : [[harmless.told.token!, told.token] as const];
  counted.stored += exchanges.filter(([from, to]) => from !== to).length;
  counted.mails += mails.size;
  if ([...mails.keys()].toSorted().join() !== [...harmless.mails.keys()].toSorted().join()) return [`${[...mails.keys()].join() || "nothing"} arrived`];
  return [...mails].flatMap(([key, mail]) => {
    const { from, headers, reply_to } = harmless.mails.get(key)!;
    return [
      ...harmDone(harmless.mails.get(key)!, mail, [...exchanges, ...tokens]),
      ...(mail.to.length === 1 && mail.to.every((one) => told.to.includes(one) && isAddress(one)) ? [] : [`went to ${mail.to.join()}`]),
      ...(JSON.stringify([from, headers, reply_to]) === JSON.stringify([mail.from, mail.headers, mail.reply_to]) ? [] : ["sender or headers are others"]),
      ...(Object.values(mail.tags).every((tag) => /^[\w-]+$/.test(tag)) ? [] : ["a tag is no id"]),
    ].map((harm) => `${key}, ${JSON.stringify(told.shown)}: ${harm}`);
  });
};
const harmIn = ([harmless, ...hostile]: readonly Played[]): string[] => {
  expect(harmless!.mails.size).toBeGreaterThan(0);
  // The address of a track is made canonical or refused; every other field takes texts that are hostile.
  const untouched = Object.entries(harmless!.told.shown).filter(
    ([name, text]) => name !== "track_url" && hostile.every(({ told }) => told.shown[name] === text),
  );
  expect(untouched).toEqual([]);
  return hostile.flatMap((played) => harmOf(harmless!, played));
};

let world: MailWorld;
let cloud: IdentityCloud;
beforeAll(async () => {
  world = await mailWorld({ apis: [mailApi, membersApi, partiesApi, submissionsApi, queuesApi, campaignsApi, inquiriesApi, complaintsApi] });
  const clock = { now: () => new Date() };
  cloud = await identityCloud({ mailer: resendClient({ api_url: world.sandbox.url, api_key: "re_test", clock, per_second: 1000 }) });
});
afterAll(() => world.stop());

const logOf = ({ ctx, org_id }: SoundcloudOrg, id: string): Promise<EmailLog> => EmailLog.get(ctx, { org_id, id }, { consistent: true });

/** The mails that arrived for an org, by template and recipient. */
const arrivedFor = async (org: SoundcloudOrg, { to }: Told, all: readonly Mail[]): Promise<Played["mails"]> => {
  const ours = all.filter(({ tags }) => tags["org_id"] === org.org_id);
  return new Map(
    await Promise.all(
      ours.map(async (mail) => [`${(await logOf(org, mail.tags["message_key"]!)).template_name} to ${to.indexOf(mail.to[0]!)}`, mail] as const),
    ),
  );
};

const invite = async (store: Store, number: number): Promise<Told> => {
  // One address gets a few mails an hour.
  cloud.clock.advance(3_600_000);
  const { api } = await cloud.someone(`owner-${number}@harmless.example`);
  const { version } = (await api.get("/identity/users/me")).body;
  const { full_name } = await store(
    (body) => api.patch("/identity/users/me", body, { version }),
    (say) => ({ full_name: say("full_name") }),
  );
  const org = await store(
    (body) => api.post("/identity/orgs", body),
    (say) => ({ name: say("name") }),
  );
  const { email } = await store(
    (body) => api.post("/identity/invitations", body, { org: org.id }),
    (say) => ({ email: say("email") }),
  );
  await cloud.deliver();
  return { to: [email], shown: { org: org.name, inviter: full_name }, token: cloud.tokenTo(email) };
};

describe("hostile texts in stored items", () => {
  let harm = 0;

  it.each(Object.entries(plays))(
    "leave the mails on %s as they are",
    async (name, play) => {
      const trigger = Trigger.safeParse(name).data;
      const made: { org: SoundcloudOrg; told: Told }[] = [];
      for (const store of storesFor(name)) {
        const org = await world.org();
        if (trigger) {
          const template = { template_key: trigger, name: trigger, trigger_events: [trigger], ...everyPlace(variablesOf([trigger])) };
          await post(org, store)("automation-templates", () => template);
        }
        made.push({ org, told: await play(org, store) });
      }
      await world.drain(publishQueueWorker);
      await world.settle();
      const all = await world.sandbox.mails();
      const played = await Promise.all(made.map(async ({ org, told }) => ({ told, mails: await arrivedFor(org, told, all) })));
      const found = harmIn(played);
      harm += found.length;
      expect(found).toEqual([]);
      const written = Object.keys(made[0]!.told.shown);
      if (trigger)
        expect(written.toSorted()).toEqual(
          variablesOf([trigger])
            .filter((variable) => !OURS.has(variable))
            .toSorted(),
        );
    },
    TIMEOUT_MS,
  );

  it(
    "leave the mail of an invitation as it is",
    async () => {
      const made: Told[] = [];
      for (const store of storesFor("invitation")) made.push(await invite(store, made.length));
      const all = await world.sandbox.mails();
      const found = harmIn(
        made.map((told) => ({
          told,
          mails: new Map(all.filter((mail) => mail.html.includes(told.token!)).map((mail, at) => [`invitation ${at}`, mail])),
        })),
      );
      harm += found.length;
      expect(found).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it.each([
    { what: "that are cut within a character", news: `x${"😀".repeat(900)}`, subject: `x${"😀".repeat(249)}` },
    { what: "that nobody sees", news: "\u200b", subject: "(no subject)" },
  ])("$what leave a subject that the mail service takes, in whole characters", async ({ news, subject }) => {
    const { org_id, admin, member } = await world.org();
    const { id: member_id } = await member();
    const template = { name: "news", subject: "{{ news }}", body_html: "<p>{{ news | split: '' | last }}</p>", variables: { news: "" } };
    const made = await admin.api.post("/soundcloud/email-templates", template);
    const sent = await admin.api.post(`/soundcloud/email-templates/${made.body.id}/send`, { member_id, variables: { news } });
    expect(sent.status).toBe(202);
    await world.settle();
    const [mail, ...more] = (await world.sandbox.mails()).filter(({ tags }) => tags["org_id"] === org_id);
    expect([more, mail?.subject, mail?.html.isWellFormed()]).toEqual([[], subject, true]);
    expect(mail!.html).not.toContain("\ufffd");
  });

  it("were stored and sent", () => {
    expect(counted.stored).toBeGreaterThan(0);
    figures("S20", {
      "fields of stored items": numbers.size,
      "mails from stored items": counted.mails,
      "fields stored": counted.stored,
      "refused when stored": counted.refused,
      "mails changed": harm,
    });
  });
});
