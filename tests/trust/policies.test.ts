import { beforeAll, describe, expect, it } from "vitest";
import { MemberPatch } from "../../shared/soundcloud/member/patch-member.ts";
import { AssignmentPatch } from "../../shared/soundcloud/queue/patch-assignment.ts";
import { NewSubmission } from "../../shared/soundcloud/submission/create-submission.ts";
import type { Reply } from "../support/api-client.ts";
import { type MatrixWorld, type Objects, freshIp, matrixWorld } from "../support/matrix/world.ts";

/** `may` is any answer but a refusal: 401, 403 and 404 say that this caller is not let near it. */
type Verdict = "may" | 403 | 404;
/** Whom an object belongs to, as a member sees it; ops reach both. */
interface Row {
  readonly does: string;
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  readonly path: (of: Objects) => string;
  readonly body?: (of: Objects) => object;
  /** A member about what is their own, and about what is another member's. Where nothing belongs to anybody both are the same. */
  readonly own: Verdict;
  readonly other?: Verdict;
  readonly moderator: Verdict;
  readonly admin: Verdict;
}
type Access = Pick<Row, "own" | "other" | "moderator" | "admin">;

const everyone: Access = { own: "may", moderator: "may", admin: "may" };
const ownOrOps: Access = { own: "may", other: 404, moderator: "may", admin: "may" };
const ops: Access = { own: 403, moderator: "may", admin: "may" };
const admins: Access = { own: 403, moderator: 403, admin: "may" };

const row = (does: string, method: Row["method"], path: string, who: Access, body?: Row["body"]): Row => ({
  does,
  method,
  path: (of) => path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(of[name] ?? `no ${name}`)),
  ...who,
  ...(body ? { body } : {}),
});

/** Draft queues lie on days of their own. */
const DRAFT = "2026-12-24";
const song = (slug: string) => `https://soundcloud.com/policies/${slug}`;

/** The policies of the network, each with the requests that meet it. */
const POLICIES: Readonly<Record<string, readonly Row[]>> = {
  "user roles: users view their own, admins manage all": [
    row("views roles", "GET", "/identity/user-roles?user_id={user_id}", { ...ownOrOps, moderator: 404 }),
    row("asks for a role", "GET", "/identity/has-role?user_id={user_id}&platform=soundcloud&role=admin", { ...ownOrOps, moderator: 404 }),
    row("gives itself roles", "PATCH", "/identity/memberships/{user_id}", { own: 403, other: 404, moderator: 404, admin: "may" }, () => ({
      roles: { soundcloud: ["admin"] },
    })),
  ],
  "genre families and subgenres: all view, admins manage": [
    row("views families", "GET", "/soundcloud/genre-families", everyone),
    row("views subgenres", "GET", "/soundcloud/subgenres", everyone),
    row("adds a family", "POST", "/soundcloud/genre-families", admins, () => ({ name: "Polka" })),
    row("changes a family", "PATCH", "/soundcloud/genre-families/{family_id}", admins, () => ({ active: false })),
    row("adds a subgenre", "POST", "/soundcloud/subgenres", admins, ({ family_id }) => ({ family_id, name: "Slow polka" })),
    row("changes a subgenre", "PATCH", "/soundcloud/subgenres/{subgenre_id}", admins, () => ({ active: false })),
  ],
  "members: their own data, ops manage all": [
    row("views a member", "GET", "/soundcloud/members/{member_id}", ownOrOps),
    row("lists members", "GET", "/soundcloud/members", ops),
    row("adds a member", "POST", "/soundcloud/members", ops, () => ({ name: "Policy" })),
    row("changes a member's name", "PATCH", "/soundcloud/members/{member_id}", ownOrOps, () => ({ name: "Policy" })),
    row("sets an account", "PUT", "/soundcloud/members/{member_id}/accounts/spotify", ops, () => ({ handle: "policy" })),
    row("views accounts", "GET", "/soundcloud/members/{member_id}/accounts", ownOrOps),
    row("views genres", "GET", "/soundcloud/members/{member_id}/genres", ownOrOps),
    row("gives a genre", "POST", "/soundcloud/members/{member_id}/genres", ops, ({ family_id }) => ({ genre_family_id: family_id })),
    row("views the avoid list", "GET", "/soundcloud/members/{member_id}/avoid-list-items", ownOrOps),
    row("avoids a handle", "POST", "/soundcloud/members/{member_id}/avoid-list-items", ownOrOps, () => ({ avoided_handle: "policy-handle" })),
    row("views the wallet", "GET", "/soundcloud/members/{member_id}/wallet", ownOrOps),
    row("views the ledger", "GET", "/soundcloud/members/{member_id}/ledger", ownOrOps),
    row("corrects credits", "POST", "/soundcloud/members/{member_id}/credits/adjust", admins, () => ({ amount: 1, reason: "policy" })),
    row("orders what is held about somebody", "POST", "/soundcloud/exports", ownOrOps, ({ member_id }) => ({ kind: "person", member_id })),
    row("looks an address up", "GET", "/soundcloud/members/by-email?email=self@{org_id}.example.com", ops),
    row("asks whether an address is a member's", "POST", "/soundcloud/check-user-is-member", ops, () => ({ email: "probe@example.com" })),
    row("erases a member", "POST", "/soundcloud/members/{member_id}/erase", admins),
  ],
  "submissions: members view and create their own, ops manage all": [
    row("views a submission", "GET", "/soundcloud/submissions/{submission_id}", ownOrOps),
    row("views a member's submissions", "GET", "/soundcloud/submissions?member_id={member_id}", ownOrOps),
    row("submits for a member", "POST", "/soundcloud/submissions", { ...ownOrOps, other: 403 }, ({ member_id }) => ({ member_id, track_url: song("new") })),
    row("changes a submission", "PATCH", "/soundcloud/submissions/{submission_id}", ops, () => ({ notes: "policy" })),
    row("reviews a submission", "POST", "/soundcloud/submissions/{submission_id}/review", ops),
    row("rejects a submission", "POST", "/soundcloud/submissions/{submission_id}/reject", ops, () => ({ reason: "policy" })),
    row("approves a submission", "POST", "/soundcloud/submissions/{submission_id}/approve", ops),
    row("flags a submission", "POST", "/soundcloud/submissions/{submission_id}/flag", ops, () => ({ reason: "policy" })),
    row("views its history", "GET", "/soundcloud/submissions/{submission_id}/history", ops),
    row("views its proposals", "GET", "/soundcloud/submissions/{submission_id}/target-proposals", ops),
  ],
  "settings: admins view and manage": [
    row("views settings", "GET", "/soundcloud/settings", admins),
    row("changes settings", "PATCH", "/soundcloud/settings", admins, () => ({ target_count: 9 })),
  ],
  "queues: ops manage all, members view published ones": [
    row("lists queues", "GET", "/soundcloud/queues", everyone),
    row("views a published queue", "GET", "/soundcloud/queues/{date}", everyone),
    row("views a draft", "GET", `/soundcloud/queues/${DRAFT}`, { own: 404, moderator: "may", admin: "may" }),
    row("views a queue's assignments", "GET", "/soundcloud/queues/{date}/assignments", ops),
    row("builds a queue", "POST", `/soundcloud/queues/${DRAFT}/build`, ops),
    row("approves a queue", "POST", `/soundcloud/queues/${DRAFT}/approve`, ops),
    row("undoes an approval", "POST", `/soundcloud/queues/${DRAFT}/undo-approval`, ops),
    row("publishes a queue", "POST", `/soundcloud/queues/${DRAFT}/publish`, ops),
  ],
  "queue assignments: own view, own status and proof only; ops manage all": [
    row("views an assignment", "GET", "/soundcloud/queue-assignments/{assignment_id}", ownOrOps),
    row("lists a supporter's assignments", "GET", "/soundcloud/queue-assignments?supporter_id={member_id}", ownOrOps),
    row("lists a submission's assignments", "GET", "/soundcloud/queue-assignments?submission_id={submission_id}", ops),
    row("changes the proof", "PATCH", "/soundcloud/queue-assignments/{assignment_id}", ownOrOps, () => ({ proof_url: song("proof") })),
    row("changes the status", "PATCH", "/soundcloud/queue-assignments/{assignment_id}", ownOrOps, () => ({ status: "skipped", skip_reason: "policy" })),
    row("sends a proof", "POST", "/soundcloud/queue-assignments/{assignment_id}/proof", ownOrOps, () => ({ proof_url: song("proof") })),
    row("confirms a repost", "POST", "/soundcloud/queue-assignments/{assignment_id}/verify", ops),
    row("fails an assignment", "POST", "/soundcloud/queue-assignments/{assignment_id}/fail", ops, () => ({ reason: "policy" })),
    row("skips an assignment", "POST", "/soundcloud/queue-assignments/{assignment_id}/skip", ownOrOps, () => ({ reason: "policy" })),
  ],
  "inquiries: ops manage all": [
    row("takes an application down", "POST", "/soundcloud/inquiries", ops, () => ({ name: "Policy", email: "policy-inquiry@example.com" })),
    row("lists applications", "GET", "/soundcloud/inquiries", ops),
    row("views an application", "GET", "/soundcloud/inquiries/{inquiry_id}", ops),
    row("changes an application", "PATCH", "/soundcloud/inquiries/{inquiry_id}", ops, () => ({ notes: "policy" })),
    row("rejects an applicant", "POST", "/soundcloud/inquiries/{inquiry_id}/reject", ops, () => ({ reason: "policy" })),
    row("reopens an application", "POST", "/soundcloud/inquiries/{inquiry_id}/reopen", ops),
    row("admits an applicant", "POST", "/soundcloud/inquiries/{inquiry_id}/admit", ops, () => ({})),
    row("views its history", "GET", "/soundcloud/inquiries/{inquiry_id}/history", ops),
  ],
  "complaints: ops manage all": [
    row("takes a complaint down", "POST", "/soundcloud/complaints", ops, () => ({ email: "policy-complaint@example.com" })),
    row("lists complaints", "GET", "/soundcloud/complaints", ops),
    row("views a complaint", "GET", "/soundcloud/complaints/{complaint_id}", ops),
    row("changes a complaint", "PATCH", "/soundcloud/complaints/{complaint_id}", ops, () => ({ notes: "policy" })),
    row("takes a complaint up", "POST", "/soundcloud/complaints/{complaint_id}/take-up", ops),
    row("finishes a complaint", "POST", "/soundcloud/complaints/{complaint_id}/finish", ops),
    row("views its history", "GET", "/soundcloud/complaints/{complaint_id}/history", ops),
  ],
  "mail events and logs: ops view": [
    row("views mail events", "GET", "/soundcloud/mail-events", ops),
    row("views the mail events about a member", "GET", "/soundcloud/mail-events?object_id={member_id}", ops),
    row("views mails", "GET", "/soundcloud/email-logs", ops),
    row("views a mail", "GET", "/soundcloud/email-logs/{email_log_id}", ops),
    row("views what automations sent", "GET", "/soundcloud/automation-logs?recipient_member_id={member_id}", ops),
    row("views how automations fare", "GET", "/soundcloud/automation-health", ops),
    row("switches an automation", "PATCH", "/soundcloud/automation-health/{automation_health_id}", admins, () => ({ enabled: false })),
  ],
  "notifications: their own, ops manage all": [
    row("views their own", "GET", "/soundcloud/notifications", everyone),
    row("views somebody's", "GET", "/soundcloud/notifications?user_id={user_id}", ownOrOps),
    row("polls somebody's", "GET", "/soundcloud/notifications?user_id={user_id}&after=0", ownOrOps),
    row("views one", "GET", "/soundcloud/notifications/{notification_id}", ownOrOps),
    row("counts somebody's unread ones", "GET", "/soundcloud/notifications/inbox?user_id={user_id}", ownOrOps),
    row("marks one as read", "POST", "/soundcloud/notifications/{notification_id}/read", ownOrOps),
    row("marks all of somebody's as read", "POST", "/soundcloud/notifications/read-all?user_id={user_id}", ownOrOps),
    row("tells somebody something", "POST", "/soundcloud/notifications", ops, ({ user_id }) => ({ user_id, title: "Policy", message: "policy" })),
  ],
  "email and automation templates: admins manage, moderators view": [
    "email-templates/{email_template_id}",
    "automation-templates/{automation_template_id}",
  ].flatMap((one) => {
    const path = `/soundcloud/${one}`;
    const list = path.slice(0, path.lastIndexOf("/"));
    const names = one.startsWith("email") ? { name: "policy" } : { template_key: "policy", name: "Policy" };
    return [
      row(`lists ${list}`, "GET", list, ops),
      row(`views one of ${list}`, "GET", path, ops),
      row(`previews one of ${list}`, "POST", `${path}/preview`, ops, () => ({ variables: {} })),
      row(`adds one to ${list}`, "POST", list, admins, () => ({ ...names, subject: "Policy", body_html: "<p>Policy</p>" })),
      row(`changes one of ${list}`, "PATCH", path, admins, () => ({ subject: "Policy" })),
      row(`deletes one of ${list}`, "DELETE", path, admins),
    ];
  }),
  "campaigns: ops manage all": [
    row("takes a campaign up", "POST", "/soundcloud/campaigns", ops, ({ client_id }) => ({
      client_id,
      artist_name: "Policy",
      track_name: "Policy",
      track_url: song("campaign"),
    })),
    row("lists campaigns", "GET", "/soundcloud/campaigns", ops),
    row("views a campaign", "GET", "/soundcloud/campaigns/{campaign_id}", ops),
    row("changes a campaign", "PATCH", "/soundcloud/campaigns/{campaign_id}", ops, () => ({ notes: "policy" })),
    ...["draft", "schedule", "baseline", "pause", "resume", "go-live", "complete"].map((step) =>
      row(`moves a campaign: ${step}`, "POST", `/soundcloud/campaigns/{campaign_id}/${step}`, ops),
    ),
    row("proposes supporters for it", "POST", "/soundcloud/campaigns/{campaign_id}/target-proposals", ops, () => ({})),
    row("views its proposals", "GET", "/soundcloud/campaigns/{campaign_id}/target-proposals", ops),
    row("chooses a remedy", "POST", "/soundcloud/campaigns/{campaign_id}/remedy", ops, () => ({ remedy: "refund" })),
    ...["report", "history", "metrics", "daily-deltas", "attribution"].map((what) =>
      row(`views its ${what}`, "GET", `/soundcloud/campaigns/{campaign_id}/${what}`, ops),
    ),
  ],
  "what is counted for a submission: members their own, ops all": ["metrics", "daily-deltas", "attribution"].map((what) =>
    row(`views its ${what}`, "GET", `/soundcloud/submissions/{submission_id}/${what}`, ownOrOps),
  ),
  "schedules: ops manage all, the account at Influence Planner is the admins'": [
    row("sets the account", "PUT", "/soundcloud/influence-planner", admins, () => ({ username: "policy", api_key: "ip-1234", webhook_secrets: [] })),
    row("views the account", "GET", "/soundcloud/influence-planner", admins),
    row("plans a repost", "POST", "/soundcloud/schedules", ops, ({ submission_id, member_id }) => ({
      parent_type: "submission",
      parent_id: submission_id,
      member_ids: [member_id],
    })),
    row("lists schedules", "GET", "/soundcloud/schedules?parent_id={submission_id}", ops),
    row("views a schedule", "GET", "/soundcloud/schedules/{schedule_id}", ops),
    row("cancels a schedule", "POST", "/soundcloud/schedules/{schedule_id}/cancel", ops),
    row("tries a schedule again", "POST", "/soundcloud/schedules/{schedule_id}/retry", ops),
    row("views call-backs about unknown schedules", "GET", "/soundcloud/planner-events", ops),
  ],
  "connections and followers: members their own, ops all": [
    row("views a member's connections", "GET", "/soundcloud/members/{member_id}/connections", ownOrOps),
    row("views connections of a status", "GET", "/soundcloud/connections?status=linked", ops),
    row("views a member's followers by day", "GET", "/soundcloud/members/{member_id}/follower-counts", ownOrOps),
    row("views jumps of followers", "GET", "/soundcloud/follower-flags", ops),
    row("ends a connection", "POST", "/soundcloud/members/{member_id}/connections/{platform}/disconnect", ownOrOps),
  ],
  "all others: the org's, and there for ops": [
    row("views clients", "GET", "/soundcloud/clients", ops),
    row("adds a client", "POST", "/soundcloud/clients", ops, () => ({ name: "Policy label" })),
    row("views salespersons", "GET", "/soundcloud/salespersons", ops),
    row("views imports", "GET", "/soundcloud/imports", ops),
    row("views imports of members", "GET", "/soundcloud/member-import-history", ops),
    row("announces an import", "POST", "/soundcloud/imports", ops, () => ({ kind: "members", filename: "a.csv", size: 1 })),
    row("exports the org's members", "POST", "/soundcloud/exports", ops, () => ({ kind: "members", format: "csv" })),
    row("views the campaign account", "GET", "/soundcloud/campaign-account", ops),
    row("views reconciliations", "GET", "/soundcloud/reconciliations", admins),
    row("views what waits", "GET", "/soundcloud/worklist?kind=decision", ops),
    row("views the preview of a track", "GET", `/soundcloud/track-previews?track_url=${encodeURIComponent(song("preview"))}`, everyone),
  ],
};

let place: MatrixWorld;
beforeAll(async () => {
  place = await matrixWorld();
  await place.make("Queue", place.here.org, 9, { date: DRAFT, status: "draft" });
}, 120_000);

/** If-Match names no version that there is, so that a change which is allowed ends in 412 and the next one meets the same item. */
const NO_VERSION = 999_999;
const asks = (token: string, one: Row, objects: Objects): Promise<Reply> => {
  const [path = "", query = ""] = one.path(objects).split("?");
  return place.client.request(one.method, path, one.body?.(objects), {
    token,
    query: Object.fromEntries(new URLSearchParams(query)),
    org: place.here.org.org_id,
    key: place.ids.uuid(),
    version: NO_VERSION,
    ip: freshIp(),
  });
};
const REFUSALS = [401, 403, 404];
const verdictOf = ({ status, problem }: Reply): string | number => {
  // What no route takes refuses nobody.
  if (status >= 500 || problem?.detail === "No such path.") return `${status} ${problem.code}`;
  return REFUSALS.includes(status) ? status : "may";
};

describe.each(Object.entries(POLICIES))("%s", (_, rows) => {
  it.each(rows.map((one) => [one.does, one] as const))("%s", async (_does, one) => {
    const { here, there } = place;
    const { own, others } = here;
    // Refusals first: what ops do then may change the object.
    const found = {
      outsider: verdictOf(await asks(there.admin.token, one, own)),
      no_role: verdictOf(await asks(here.bystander.token, one, own)),
      other: verdictOf(await asks(here.self.person.token, one, others)),
      own: verdictOf(await asks(here.self.person.token, one, own)),
      moderator: verdictOf(await asks(here.moderator.token, one, own)),
      admin: verdictOf(await asks(here.admin.token, one, own)),
    };
    // About roles everybody in the org is answered, of themselves only.
    const isIdentity = one.path(own).startsWith("/identity/");
    const { other = one.own, moderator, admin } = one;
    expect(found).toEqual({ outsider: 404, no_role: isIdentity ? 404 : 403, other, own: one.own, moderator, admin });
  });
});

/** What a member may change of their own, by field; every other field that ops may send is refused. */
const FIELDS = {
  member: { may: ["name", "primary_email", "spotify_handle", "manual_genres", "genre_notes"], all: Object.keys(MemberPatch.shape) },
  submission: {
    may: ["track_url", "artist_name", "track_title", "family", "subgenres", "support_date", "target_band_mode", "target_count", "need_live_link", "member_id"],
    all: Object.keys(NewSubmission.shape),
  },
  assignment: { may: ["status", "skip_reason", "proof_url"], all: Object.keys(AssignmentPatch.shape) },
} as const;

const uuid = "0199b1f0-7c00-7000-8000-00000000feed";
/** A value that each field takes. */
const VALUES: Readonly<Record<string, unknown>> = {
  emails: ["policy@example.com"],
  soundcloud_url: "https://soundcloud.com/policy",
  soundcloud_handle: "policy",
  genre_family_id: uuid,
  monthly_submission_limit: 99,
  reach_factor: "0.900",
  daily_capacity: 9,
  notes: "policy",
  owner_id: uuid,
  client_id: uuid,
  salesperson_id: uuid,
  service_type: "repost_network",
  ip_tracking_url: "https://influenceplanner.com/planned/calendar/policy",
  goal_plays: 1,
  price_usd: "1.00",
  start_date: "2026-12-01",
  end_date: "2026-12-02",
  credits_allocated: 0,
  position: 1,
  queue_id: uuid,
  submission_id: uuid,
  supporter_id: uuid,
  completed_at: "2026-11-20T10:00:00.000Z",
  proof_submitted_at: "2026-11-20T10:00:00.000Z",
};
const refusedTo = ({ may, all }: { readonly may: readonly string[]; readonly all: readonly string[] }): string[] => all.filter((field) => !may.includes(field));

describe("a member changes nothing else of their own", () => {
  const one =
    (method: Row["method"], path: string, extra: object = {}) =>
    async (field: string) => {
      const { here } = place;
      const { status, problem } = await asks(
        here.self.person.token,
        row(field, method, path, everyone, () => ({ ...extra, [field]: VALUES[field] })),
        here.own,
      );
      expect([field in VALUES, status], JSON.stringify(problem)).toEqual([true, 403]);
      expect(problem.detail).toContain(field);
    };
  it.each(refusedTo(FIELDS.member))("of the member: %s", one("PATCH", "/soundcloud/members/{member_id}"));
  it.each(refusedTo(FIELDS.submission))("of a submission: %s", one("POST", "/soundcloud/submissions", { track_url: song("fields") }));
  it.each(refusedTo(FIELDS.assignment))("of an assignment: %s", one("PATCH", "/soundcloud/queue-assignments/{assignment_id}"));
  it("credits_allocated is nobody's, ops included", async () => {
    const { here } = place;
    const change = row("credits", "PATCH", "/soundcloud/queue-assignments/{assignment_id}", everyone, () => ({ credits_allocated: 0 }));
    for (const { token } of [here.moderator, here.admin])
      expect((await asks(token, change, here.own)).problem).toMatchObject({ status: 403, code: "field_fixed" });
  });
});

describe("queue assignments are changed under their version", () => {
  const assignmentOf = async () => {
    const { here } = place;
    return (await here.self.person.api.get(`/soundcloud/queue-assignments/${here.others["assignment_id"]!}`)).status;
  };
  it("404 for another supporter's, 412 for an old version, 400 for both at once, and the proof is kept", async () => {
    const { here, make, clock } = place;
    expect(await assignmentOf()).toBe(404);
    const date = here.own["date"]!;
    const made = await make("QueueAssignment", here.org, 50, {
      queue_id: here.own["queue_id"],
      queue_date: date,
      submission_id: here.own["submission_id"],
      supporter_id: here.own["member_id"],
      status: "assigned",
      published_on: date,
      published_at: clock.now().toISOString(),
      proof_due_at: "2099-01-01T00:00:00.000Z",
    });
    const path = `/soundcloud/queue-assignments/${made["id"]}`;
    const { api } = here.self.person;
    const version = Number(made["version"]);
    const proof = { proof_url: song("proof") };
    expect((await api.patch(path, proof, { version: version + 1 })).status).toBe(412);
    expect((await api.patch(path, proof)).status).toBe(428);
    expect((await api.patch(path, { ...proof, status: "skipped", skip_reason: "both" }, { version })).problem).toMatchObject({ status: 400 });
    expect((await api.patch(path, { status: "completed" }, { version })).status).toBe(400);
    expect((await api.patch(path, proof, { version })).body).toMatchObject({ status: "assigned", proof_url: proof.proof_url });
  });
});

describe("roles", () => {
  it("are several per user and org", async () => {
    const { here } = place;
    const { user_id } = here.bystander;
    const { body } = await here.owner.api.get(`/identity/memberships/${user_id}`);
    const given = await here.owner.api.patch(`/identity/memberships/${user_id}`, { roles: { soundcloud: ["moderator", "member"] } }, { version: body.version });
    expect(given.body.roles).toEqual({ soundcloud: ["moderator", "member"] });
    for (const [role, holds] of [
      ["moderator", true],
      ["member", true],
      ["admin", false],
    ] as const) {
      const { body: asked } = await here.bystander.api.get("/identity/has-role", { query: { platform: "soundcloud", role } });
      expect(asked).toEqual({ has_role: holds });
    }
    expect((await here.bystander.api.get("/soundcloud/clients")).status).toBe(200);
  });
});
