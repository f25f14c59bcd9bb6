import { OneTimeToken, type Purpose } from "../../../shared/identity/mail/one-time-token.ts";
import { MAIL_PREFIX } from "../../../shared/identity/mail/use-token.ts";
import { Credential } from "../../../shared/identity/user/credential.ts";
import { newToken, sha256 } from "../../../shared/kernel/crypto/tokens.ts";
import { Campaign } from "../../../shared/soundcloud/campaign/campaign.ts";
import { setHook } from "../../../shared/social/instagram/set-hook.ts";
import { Settings } from "../../../shared/soundcloud/settings/settings.ts";
import { slackWebhookField } from "../../../shared/soundcloud/slack/webhook.ts";
import { getLexicon } from "../../../shared/social/trend/get-lexicon.ts";
import { type MatrixWorld, RESEND_SECRET, freshIp, quickPasswords } from "../matrix/world.ts";
import { PLANNER_SECRET, withPlannerAccount } from "../planner-account.ts";
import type { SoundcloudOrg } from "../soundcloud.ts";
import type { Person } from "../world.ts";

/** What an operation needs to find so that it can succeed. */
export interface Scene {
  readonly token?: string;
  readonly org?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly version?: number;
  readonly body?: unknown;
  /** What a query must say so that it can succeed; other meanings say what they mean. */
  readonly query?: Readonly<Record<string, string>>;
  /** What the sender of a signed message signs with. */
  readonly secret?: string;
}

export const PASSWORD = "correct horse battery";
let made = 0;
const next = (): number => (made += 1);

const used = new WeakMap<MatrixWorld, number>();
/** Counts in each world from 1, for days and months, which are not to lie too far ahead. */
const nextIn = (place: MatrixWorld): number => {
  const number = (used.get(place) ?? 0) + 1;
  used.set(place, number);
  return number;
};

/** Somebody with a password, in an org but not in charge of it. */
const account = async ({ here }: MatrixWorld, org: SoundcloudOrg = here.org, verified = true): Promise<Person> => {
  const person = await org.person(`account-${next()}@example.com`, [], { verified });
  const { user_id, email } = person;
  const session_id = sessionOf(person);
  await Credential.create(org.ctx, {
    email,
    user_id,
    personal_org_id: org.org_id,
    password_hash: await quickPasswords.hash(PASSWORD),
    password_changed_at: org.ctx.clock.now().toISOString(),
    verified,
    session_ids: [session_id],
  });
  return person;
};
const sessionOf = ({ ctx }: Person): string => (ctx.actor as { session_id: string }).session_id;

/** The token of a mail that went to this address. */
const mailed = async ({ here, ids, clock }: MatrixWorld, purpose: Purpose, email: string, about: object): Promise<string> => {
  const id = ids.uuid();
  const text = newToken(ids, MAIL_PREFIX, id);
  const [issued_at, expires_at] = [0, 3_600_000].map((ms) => new Date(clock.now().getTime() + ms).toISOString());
  await OneTimeToken.create(here.org.ctx, { id, purpose, email, ...about, hash: sha256(text), issued_at: issued_at!, expires_at: expires_at! });
  return text;
};

const signedIn = async (place: MatrixWorld): Promise<Scene> => {
  const person = await account(place);
  return { token: person.token };
};

/** A post of the org that nothing else touches, as a draft unless told. */
const postIn = async ({ here, make }: MatrixWorld, fixed: object = {}): Promise<Scene> => {
  const post = await make("Post", here.org, next(), { caption: "Fuzz", ...fixed });
  return { params: { post_id: post["id"]! }, version: Number(post["version"]) };
};

/** A published one. */
const publishedPostIn = (place: MatrixWorld): Promise<Scene> =>
  postIn(place, { status: "published", published_at: place.clock.now().toISOString(), platform_post_id: `fuzz-${next()}` });
const FILE = "https://media.example.com/1.jpg";
const accountIn = ({ here, make }: MatrixWorld) =>
  make("SocialAccount", here.org, next(), { platform: "instagram", external_id: `fuzz-${next()}`, status: "connected" });
/** A post that Instagram would take, on a connected account. */
const publishableIn =
  (status: string, more: object = {}) =>
  async (place: MatrixWorld): Promise<Scene> => {
    const { id: account_id } = await accountIn(place);
    return postIn(place, { platform: "instagram", media_type: "image", media_urls: [FILE], account_id, status, ...more });
  };
const contentTemplateIn = async ({ here, make }: MatrixWorld): Promise<Scene> => {
  const { id } = await make("ContentTemplate", here.org, next(), { name: `Scene ${next()}`, caption_template: "{exercise_name}!" });
  return { params: { template_id: id! }, version: 1 };
};

/** A day of the future that nothing else uses. */
const freshDay = (place: MatrixWorld): string => new Date(place.clock.now().getTime() + (400 + nextIn(place)) * 86_400_000).toISOString().slice(0, 10);

const queueIn = async (place: MatrixWorld, status: string) => {
  const date = freshDay(place);
  return { date, queue: await place.make("Queue", place.here.org, next(), { date, status }) };
};
const submissionIn = async ({ here }: MatrixWorld): Promise<Scene> => {
  const { id } = await here.org.submission({ client_id: here.own["client_id"]!, status: "new" });
  return { params: { submission_id: id } };
};

const campaignIn = async ({ here, make, clock }: MatrixWorld, status: string, more: object = {}) =>
  make("Campaign", here.org, next(), { client_id: here.own["client_id"], status, created_by: here.admin.user_id, live_at: clock.now().toISOString(), ...more });
const ofCampaign =
  (status: string, more: object = {}) =>
  async (place: MatrixWorld): Promise<Scene> => ({ params: { campaign_id: (await campaignIn(place, status, more))["id"]! } });
const templateIn = async ({ make, here }: MatrixWorld, name: "EmailTemplate" | "AutomationTemplate"): Promise<Scene> => {
  const n = next();
  const key = name === "EmailTemplate" ? { name: `scene-${n}` } : { template_key: `scene-${n}`, name: "Scene" };
  const { id } = await make(name, here.org, n, { ...key, subject: "Hello", body_html: "<p>Hello</p>", variables: { recipient_name: "Whom" } });
  const params: Record<string, string> = name === "EmailTemplate" ? { email_template_id: id! } : { automation_template_id: id! };
  return { params, version: 1 };
};
const inquiryIn = async ({ make, here }: MatrixWorld, status: string): Promise<Scene> => ({
  params: { inquiry_id: (await make("Inquiry", here.org, next(), { email: `applies-${next()}@example.com`, status }))["id"]! },
});
const complaintIn = async ({ make, here }: MatrixWorld, status: string): Promise<Scene> => ({
  params: { complaint_id: (await make("Complaint", here.org, next(), { status }))["id"]! },
});

/** An assignment of client work, which the campaign account pays. */
const assignmentIn = async (place: MatrixWorld, queue_status: string) => {
  const { here, clock, make } = place;
  const { date, queue } = await queueIn(place, queue_status);
  const submission = await here.org.submission({ client_id: here.own["client_id"]!, status: "approved", target_count: 5, supported_count: 1 });
  const published =
    queue_status === "published"
      ? { published_on: date, published_at: clock.now().toISOString(), proof_due_at: new Date(clock.now().getTime() + 1e9).toISOString() }
      : {};
  const assignment = await make("QueueAssignment", here.org, next(), {
    queue_id: queue["id"],
    queue_date: date,
    build_id: queue["build_id"],
    submission_id: submission.id,
    supporter_id: here.self.member.id,
    track_url: submission.track_url,
    credits_allocated: 1,
    ...published,
  });
  return { date, assignment };
};
const publishedAssignment = async (place: MatrixWorld): Promise<Scene> => ({
  params: { assignment_id: (await assignmentIn(place, "published")).assignment["id"]! },
});

/** Something worth 100.00 that nothing led to. */
const conversionIn = async ({ make, here }: MatrixWorld): Promise<Scene> => ({
  params: { conversion_id: (await make("Conversion", here.org, next(), { conversion_value: "100.00" }))["id"]! },
});

const withPlanner = async ({ here }: MatrixWorld): Promise<Scene> => {
  await withPlannerAccount(here.org);
  return { secret: PLANNER_SECRET };
};
const INSTAGRAM_SECRET = "the app's secret, which signs".replaceAll(" ", "-");

/** The org has an app at Instagram, which signs with this secret. */
const withInstagram = async ({ here }: MatrixWorld): Promise<Scene> => {
  await setHook(here.org.ctx, { app_secret: INSTAGRAM_SECRET, verify_token: "a-word-of-our-own" });
  return { secret: INSTAGRAM_SECRET };
};
/** The org has turned Slack on. */
const withSlack = async ({ here }: MatrixWorld): Promise<Scene> => {
  const { ctx, org_id } = here.org;
  const slack_webhook = await ctx.vault.seal(ctx, "https://hooks.slack.com/services/T0AAA/B0BBB/secret", slackWebhookField(org_id));
  await Settings.patch(ctx, { org_id }, { slack_enabled: true, slack_webhook });
  return {};
};
const scheduleIn =
  (status: string) =>
  async ({ here, make }: MatrixWorld): Promise<Scene> => {
    const n = next();
    const { id } = await make("Schedule", here.org, n, { parent_type: "submission", parent_id: here.own["submission_id"], target_handle: `fuzz-${n}`, status });
    return { params: { schedule_id: id! } };
  };

/** How each operation that needs more than what stands in the world gets it. A new one of that kind needs a row here. */
export const scenes: Readonly<Record<string, (place: MatrixWorld) => Promise<Scene>>> = {
  "identity.verifyEmail": async (place) => {
    const { email, user_id } = await account(place, place.here.org, false);
    return { body: { token: await mailed(place, "verify_email", email, { user_id }) } };
  },
  "identity.signIn": async (place) => ({ body: { email: (await account(place)).email, password: PASSWORD } }),
  "identity.refreshSession": async (place) => {
    const { email } = await account(place);
    const { body } = await place.client.post("/identity/auth/sign-in", { email, password: PASSWORD }, { ip: freshIp() });
    return { body: { refresh_token: body.refresh_token } };
  },
  "identity.resetPassword": async (place) => {
    const { email, user_id } = await account(place);
    return { body: { token: await mailed(place, "reset_password", email, { user_id }), password: "another horse battery" } };
  },
  "identity.changePassword": async (place) => ({ ...(await signedIn(place)), body: { password: PASSWORD, new_password: "another horse battery" } }),
  "identity.signOut": signedIn,
  "identity.updateMe": signedIn,
  "identity.eraseMe": signedIn,
  "identity.exportMe": signedIn,
  "identity.endOtherSessions": signedIn,
  "identity.endSession": async (place) => {
    const person = await account(place);
    return { token: person.token, params: { session_id: sessionOf(person) } };
  },
  "identity.changeMembership": async (place) => ({ params: { user_id: (await account(place)).user_id }, version: 1 }),
  "identity.removeMembership": async (place) => ({ token: place.here.owner.token, params: { user_id: (await account(place)).user_id }, version: 1 }),
  "identity.invite": async () => ({ body: { email: `invited-${next()}@example.com`, roles: {} } }),
  "identity.revokeInvitation": async ({ make, here }) => ({
    params: { invitation_id: (await make("Invitation", here.org, next(), { email: `revoked-${next()}@example.com`, roles: {} }))["id"]! },
  }),
  "identity.acceptInvitation": async (place) => {
    const { here, there, make } = place;
    const { email, token } = await account(place, there.org);
    const invitation = await make("Invitation", here.org, next(), { email, org_role: "member", roles: {}, expires_at: "2099-01-01T00:00:00.000Z" });
    return {
      token,
      org: there.org.org_id,
      body: { token: await mailed(place, "accept_invitation", email, { org_id: here.org.org_id, invitation_id: invitation["id"] }) },
    };
  },
  "soundcloud.getMe": async ({ here }) => ({ token: here.self.person.token }),
  "soundcloud.getMemberId": async ({ here }) => ({ token: here.self.person.token }),
  "soundcloud.getMemberByEmail": async ({ here }) => ({ params: { email: here.self.person.email } }),
  "soundcloud.createMember": async () => ({
    body: { name: `Fuzz ${next()}`, emails: [`fuzzed-${next()}@example.com`], soundcloud_handle: `fuzzed-${next()}` },
  }),
  "soundcloud.eraseMember": async ({ here }) => {
    const { id, version } = await here.org.member();
    return { params: { member_id: id }, version };
  },
  "soundcloud.adjustCredits": async ({ here }) => ({
    params: { member_id: (await here.org.member()).id },
    body: { amount: 1, reason: "Made good." },
  }),
  "soundcloud.createExport": async ({ here }) => ({ body: { kind: "person", member_id: here.self.member.id } }),
  "soundcloud.addMemberGenre": async ({ here }) => ({
    params: { member_id: (await here.org.member()).id },
    body: { genre_family_id: here.org.genre("Pop").genre_family_id },
  }),
  "soundcloud.removeMemberGenre": async ({ make, here }) => {
    const member_id = here.own["member_id"]!;
    const { id } = await make("MemberGenre", here.org, next(), { member_id, genre_family_id: here.org.ctx.ids.uuid() });
    return { params: { member_id, genre_id: id! }, version: 1 };
  },
  "soundcloud.removeAvoided": async ({ make, here }) => {
    const member_id = here.own["member_id"]!;
    const { id } = await make("AvoidListItem", here.org, next(), { member_id, avoided_handle: `avoided-${next()}` });
    return { params: { member_id, item_id: id! }, version: 1 };
  },
  "soundcloud.createGenreFamily": async () => ({ body: { name: `Family ${next()}` } }),
  "soundcloud.createSubgenre": async ({ here }) => ({
    body: { family_id: here.own["family_id"], name: `Subgenre ${next()}`, patterns: [`pattern ${next()}`] },
  }),
  "soundcloud.createInquiry": async () => ({ body: { name: `Applicant ${next()}`, email: `applicant-${next()}@example.com` } }),
  "soundcloud.admitInquiry": async (place) => ({ ...(await inquiryIn(place, "undecided")), body: { admitted_group: "House A" } }),
  "soundcloud.rejectInquiry": (place) => inquiryIn(place, "undecided"),
  "soundcloud.reopenInquiry": (place) => inquiryIn(place, "rejected"),
  "soundcloud.createComplaint": async () => ({ body: { email: `complains-${next()}@example.com`, notes: "Too late." } }),
  "soundcloud.takeUpComplaint": (place) => complaintIn(place, "todo"),
  "soundcloud.finishComplaint": (place) => complaintIn(place, "in_progress"),
  "soundcloud.createNotification": async ({ here }) => ({ body: { user_id: here.self.person.user_id, title: "Hello", message: "A word." } }),
  "soundcloud.readWorklist": async () => ({ params: { kind: "decision" } }),
  "soundcloud.createClient": async () => ({ body: { name: `Client ${next()}` } }),
  "soundcloud.createSalesperson": async () => ({ body: { name: `Salesperson ${next()}` } }),
  "soundcloud.createEmailTemplate": async () => ({ body: { name: `fuzz-${next()}`, subject: "Hello", body_html: "<p>Hello</p>" } }),
  "soundcloud.patchEmailTemplate": async (place) => ({ ...(await templateIn(place, "EmailTemplate")), body: { active: false } }),
  "soundcloud.previewEmailTemplate": async (place) => ({
    params: (await templateIn(place, "EmailTemplate")).params,
    body: { variables: { recipient_name: "Jane" } },
  }),
  "soundcloud.sendEmailTemplate": async (place) => ({
    params: (await templateIn(place, "EmailTemplate")).params,
    body: { member_id: place.here.self.member.id, variables: { recipient_name: "Jane" } },
  }),
  "soundcloud.deleteEmailTemplate": (place) => templateIn(place, "EmailTemplate"),
  "soundcloud.createAutomationTemplate": async () => ({
    body: { template_key: `fuzz-${next()}`, name: "Fuzz", subject: "Hello", body_html: "<p>Hello</p>", trigger_events: ["tier-changed"] },
  }),
  "soundcloud.patchAutomationTemplate": async (place) => ({ ...(await templateIn(place, "AutomationTemplate")), body: { enabled: false } }),
  "soundcloud.previewAutomationTemplate": async (place) => ({
    params: (await templateIn(place, "AutomationTemplate")).params,
    body: { variables: { recipient_name: "Jane" } },
  }),
  "soundcloud.deleteAutomationTemplate": (place) => templateIn(place, "AutomationTemplate"),
  "soundcloud.receiveMailEvent": async () => ({ secret: RESEND_SECRET }),
  "soundcloud.createImport": async () => ({ body: { kind: "campaigns", filename: "file.csv", size: 1 } }),
  "soundcloud.startImport": async ({ make, here }) => ({
    params: { import_id: (await make("Import", here.org, next(), { status: "pending", size: 1 }))["id"]! },
  }),
  "soundcloud.createSubmission": async ({ here }) => ({
    body: { track_url: `https://soundcloud.com/fuzz-${next()}/track`, client_id: here.own["client_id"] },
  }),
  "soundcloud.createCampaign": async ({ here }) => ({
    body: {
      client_id: here.own["client_id"],
      artist_name: "Fuzz",
      track_name: `Track ${next()}`,
      track_url: `https://soundcloud.com/fuzz-${next()}/track`,
      start_date: "2026-12-01",
      end_date: "2026-12-31",
    },
  }),
  "soundcloud.patchCampaign": async (place) => {
    const { id, version } = await campaignIn(place, "draft");
    return { params: { campaign_id: id! }, version: Number(version), body: { notes: `Note ${next()}` } };
  },
  "soundcloud.draftCampaign": ofCampaign("intake"),
  "soundcloud.scheduleCampaign": ofCampaign("draft"),
  "soundcloud.goLiveCampaign": ofCampaign("scheduled"),
  "soundcloud.pauseCampaign": ofCampaign("live"),
  "soundcloud.resumeCampaign": ofCampaign("paused"),
  "soundcloud.completeCampaign": ofCampaign("live"),
  "soundcloud.chooseRemedy": async (place) => ({
    ...(await ofCampaign("completed", { price_usd: "100.00" })(place)),
    body: { remedy: "refund" },
  }),
  "soundcloud.proposeCampaignTargets": ofCampaign("draft"),
  "soundcloud.orderBaseline": async (place) => {
    const campaign_id = (await campaignIn(place, "scheduled"))["id"]!;
    await Campaign.patch(place.here.org.ctx, { org_id: place.here.org.org_id, id: campaign_id }, { baseline_captured_at: null });
    return { params: { campaign_id } };
  },
  "soundcloud.reviewSubmission": submissionIn,
  "soundcloud.approveSubmission": submissionIn,
  "soundcloud.rejectSubmission": submissionIn,
  "soundcloud.flagSubmission": submissionIn,
  "soundcloud.proposeTargets": submissionIn,
  "soundcloud.buildQueue": async (place) => ({ params: { date: freshDay(place) } }),
  "soundcloud.approveQueue": async (place) => ({ params: { date: (await queueIn(place, "draft")).date } }),
  "soundcloud.undoApproval": async (place) => ({ params: { date: (await queueIn(place, "approved")).date } }),
  "soundcloud.publishQueue": async (place) => ({ params: { date: (await queueIn(place, "approved")).date } }),
  "soundcloud.swapSupporter": async (place) => {
    const { date, assignment } = await assignmentIn(place, "draft");
    const { id } = await place.here.org.member();
    return { params: { date }, body: { assignment_id: assignment["id"], supporter_id: id } };
  },
  "soundcloud.setPlannerAccount": async () => ({ body: { username: `planner ${next()}`, api_key: "ip-1234", webhook_secrets: [PLANNER_SECRET] } }),
  "soundcloud.getPlannerAccount": withPlanner,
  "soundcloud.testSlack": withSlack,
  "soundcloud.receivePlannerEvent": withPlanner,
  "soundcloud.createSchedules": async (place) => {
    const { here } = place;
    await withPlanner(place);
    const parent = await here.org.submission({ client_id: here.own["client_id"]!, status: "approved" });
    const { id } = await here.org.member();
    return { body: { parent_type: "submission", parent_id: parent.id, member_ids: [id] } };
  },
  "soundcloud.cancelSchedule": scheduleIn("scheduled"),
  "soundcloud.retrySchedule": scheduleIn("failed"),
  "soundcloud.patchAssignment": async (place) => ({ ...(await publishedAssignment(place)), version: 1 }),
  "soundcloud.submitProof": publishedAssignment,
  "soundcloud.skipAssignment": publishedAssignment,
  "soundcloud.verifyAssignment": publishedAssignment,
  "soundcloud.failAssignment": publishedAssignment,
  "social.createImport": async () => ({ body: { kind: "events", filename: "file.csv", size: 1 } }),
  "social.startImport": async ({ make, here }) => ({
    params: { import_id: (await make("SocialImport", here.org, next(), { status: "pending", size: 1 }))["id"]! },
  }),
  "social.createEvents": async ({ here, clock }) => ({
    body: { events: [{ post_id: here.own["post_id"], event_type: "like", id: `like-${next()}`, event_timestamp: clock.now().toISOString() }] },
  }),
  "social.removeEvents": async ({ here, clock, make }) => {
    const at = { post_id: here.own["post_id"], month: clock.now().toISOString().slice(0, 7), id: `removed-${next()}` };
    await make("EngagementEvent", here.org, next(), { ...at, event_timestamp: clock.now().toISOString() });
    return { body: { events: [at] } };
  },
  "social.receiveMessage": withInstagram,
  "social.confirmHook": async (place) => {
    await withInstagram(place);
    return {
      params: { org_id: place.here.org.org_id },
      query: { "hub.mode": "subscribe", "hub.verify_token": "a-word-of-our-own", "hub.challenge": "1158201444" },
    };
  },
  "social.restoreArchive": async (place) => {
    const { here, make } = place;
    // Long before the months that the world has itself.
    const month = `${1500 + nextIn(place)}-01`;
    const copy = { copy: 1, events: 1, parts: 1, bytes: 1, sha256: "0".repeat(64), verified_at: "2026-11-01T00:00:00.000Z" };
    await make("ArchivedMonth", here.org, next(), { month, status: "archived", archived_at: "2026-11-01T00:00:00.000Z", copies: [copy] });
    return { params: { month } };
  },
  "social.patchPost": async (place) => ({ ...(await postIn(place)), body: { caption: `Caption ${next()}` } }),
  "social.deletePost": (place) => postIn(place),
  "social.getMetrics": publishedPostIn,
  "social.recordInsight": async (place) => ({ ...(await publishedPostIn(place)), body: { likes: 1 + next() } }),
  "social.createConversion": async () => ({
    body: { source: "fuzz", external_id: `order-${next()}`, conversion_type: "purchase", conversion_at: "2026-01-11T09:00:00.000Z" },
  }),
  "social.refundConversion": conversionIn,
  "social.reattributeConversion": conversionIn,
  "social.unflagPerson": async ({ make, here, ids }) => {
    const n = next();
    const { id } = await make("FlaggedPerson", here.org, n, { id: ids.uuid(), platform: "instagram", platform_user_id: `bot-${n}` });
    return { params: { flagged_person_id: id! }, version: 1 };
  },
  "social.putLexicon": async ({ here }) => ({ version: (await getLexicon(here.org.ctx)).version, body: { words: [`word ${next()}`] } }),
  "social.connectAccount": async () => ({ body: { platform: "instagram", external_id: `fuzz-${next()}`, username: "gymnight", access_token: "IGAA-token" } }),
  "social.patchAccount": async (place) => ({ params: { account_id: (await accountIn(place))["id"]! }, version: 1, body: { username: `gym-${next()}` } }),
  "social.disconnectAccount": async (place) => ({ params: { account_id: (await accountIn(place))["id"]! } }),
  "social.schedulePost": async (place) => ({ ...(await publishableIn("draft")(place)), body: { scheduled_at: "2099-12-01T18:00:00Z" } }),
  "social.unschedulePost": publishableIn("scheduled"),
  "social.publishNow": publishableIn("draft"),
  "social.retryPost": publishableIn("failed"),
  "social.markPublished": async (place) => ({ ...(await publishableIn("draft")(place)), body: { platform_post_id: `fuzz-${next()}` } }),
  "social.createTemplate": async () => ({ body: { name: `Fuzz ${next()}`, caption_template: "{exercise_name}!" } }),
  "social.patchTemplate": async (place) => ({ ...(await contentTemplateIn(place)), body: { ai_optimized: true } }),
  "social.deleteTemplate": contentTemplateIn,
  "social.draftFromTemplate": async (place) => ({
    ...(await contentTemplateIn(place)),
    body: { platform: "instagram", media_type: "image", values: { exercise_name: "Squats" } },
  }),
};
