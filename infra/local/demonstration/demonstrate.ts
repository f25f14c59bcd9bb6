import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Cloud } from "../cloud.ts";
import { writeWhole } from "../data-folder.ts";
import { type Client, each, makeClient, unlessDone, until } from "./client.ts";
import { readOutcome, tally } from "./outcome.ts";
import { playPast } from "./past.ts";
import { type Account, type SentMail, signUp } from "./people.ts";
import { repairedSchedule } from "./repaired-schedule.ts";
import { type Report, reportTable, socialTable } from "./report.ts";
import { takeRequests } from "./requests.ts";
import { sampleMembers, sampleTracks } from "./sample-members.ts";
import { type SocialOutcome, showSocialContent } from "./social-content.ts";
import { steer } from "./steer.ts";
import { type BegunImport, type ImportResult, beginImport } from "./upload.ts";

export interface Stage {
  readonly base_url: string;
  readonly cloud: Pick<Cloud, "schedules" | "runSchedule" | "tables" | "endpoints">;
  readonly sandboxes: { readonly soundcloud_url: string; readonly planner_url: string; mails(): Promise<readonly SentMail[]> };
  /** One step with its progress on the terminal. */
  readonly step: <T>(name: string, work: () => Promise<T>, result?: (value: T) => string) => Promise<T>;
  readonly say: (text: string) => void;
  /** Where the demonstration remembers its accounts between starts; undefined keeps nothing. */
  readonly memory_file: string | undefined;
}

/** What clients find in `.groundswell/local.json`, beside `base_url`. */
export interface LocalState {
  readonly org_id: string;
  readonly users: readonly (Account & { readonly role: string; readonly user_id: string })[];
  readonly access_token: string;
}

interface Memory {
  /** RFC 3339 UTC; the past that it shows is counted back from here. */
  readonly began_at: string;
  readonly accounts: Readonly<Record<"admin" | "moderator" | "member", Account>>;
  readonly report?: Report;
  readonly social?: SocialOutcome;
}

const exportFile = join(import.meta.dirname, "../../../tests/fixtures/import/SoundCloud-All Campaigns.csv");
const PROPOSED_BY_HAND = 12;

const newAccounts = (): Memory["accounts"] => {
  const account = (email: string, full_name: string): Account => ({ email, full_name, password: randomBytes(12).toString("base64url") });
  return {
    admin: account("ada@artist-spark.example", "Ada Admin"),
    moderator: account("mo@artist-spark.example", "Mo Moderator"),
    member: account(sampleMembers[0]!.email, sampleMembers[0]!.name),
  };
};

const recall = (file: string | undefined): Memory =>
  file !== undefined && existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Memory) : { began_at: new Date().toISOString(), accounts: newAccounts() };

const remember = (file: string | undefined, memory: Memory): void => {
  if (file === undefined) return;
  mkdirSync(dirname(file), { recursive: true });
  writeWhole(file, JSON.stringify(memory, null, 2));
};

/**
 * Shows the repost network's main job on a new organisation: import, matching, the daily queue, proof and payment, and a
 * client's campaign, every step over the public API, queues and schedules but for the campaign's past. A later start finds the organisation as it was left; one that was
 * interrupted goes on, because each step carries its own Idempotency-Key.
 */
export const demonstrate = async (stage: Stage): Promise<LocalState> => {
  const memory = recall(stage.memory_file);
  remember(stage.memory_file, memory);
  const open = makeClient(stage.base_url);
  const { admin, state } = await stage.step("People and their organisation", () => enter(stage, open, memory));
  const report = memory.report ?? (await mainJob(stage, admin, state));
  remember(stage.memory_file, { ...memory, report });
  stage.say(`\n${reportTable(report, stage.base_url)}\n`);
  const began_at = new Date(memory.began_at);
  const social =
    memory.social ??
    (await stage.step(
      "Social content of the same organisation",
      () => showSocialContent(stage.cloud, admin, { org_id: state.org_id, began_at }),
      ({ posts, archived }) => `${posts} posts, ${archived.month} archived`,
    ));
  remember(stage.memory_file, { ...memory, report, social });
  stage.say(`\n${socialTable(social)}`);
  return state;
};

const enter = async (stage: Stage, open: Client, { accounts }: Memory): Promise<{ admin: Client; state: LocalState }> => {
  const { mails } = stage.sandboxes;
  const [ada, mo, member] = await each([accounts.admin, accounts.moderator, accounts.member], (account) => signUp(open, account, mails), 3);
  const signedIn = open.as({ token: ada!.access_token });
  const mine = await signedIn.all<{ id: string; name: string }>("/identity/orgs");
  const org =
    mine.find(({ name }) => name === "Artist Spark") ?? (await signedIn.post<{ id: string }>("/identity/orgs", { name: "Artist Spark" }, "demonstration-org"));
  const admin = signedIn.as({ org_id: org.id });
  await admin.put(`/identity/orgs/${org.id}/platforms/soundcloud`);
  await until("the org's settings", () => admin.get("/soundcloud/settings").catch(() => undefined));
  for (const [person, account, role] of [
    [mo!, accounts.moderator, "moderator"],
    [member!, accounts.member, "member"],
  ] as const)
    await joinOrg(stage, admin, open.as({ token: person.access_token }), account, role);
  const users = [
    { ...accounts.admin, role: "admin", user_id: ada!.user_id },
    { ...accounts.moderator, role: "moderator", user_id: mo!.user_id },
    { ...accounts.member, role: "member", user_id: member!.user_id },
  ];
  return { admin, state: { org_id: org.id, users, access_token: ada!.access_token } };
};

/** Invites somebody and accepts as them, unless they are in. */
const joinOrg = async (stage: Stage, admin: Client, invited: Client, { email }: Account, role: string): Promise<void> => {
  const members = await admin.all<{ email?: string }>("/identity/memberships");
  if (members.some((one) => one.email === email)) return;
  await admin.post("/identity/invitations", { email, roles: { soundcloud: [role] } }, `demonstration-invite-${role}`);
  const token = await until(`the invitation of ${email}`, async () => {
    const mail = (await stage.sandboxes.mails()).findLast((one) => [one.to].flat().includes(email) && /invit/i.test(one.text ?? ""));
    return mail && /gst_[\w-]{20,}/.exec(mail.text ?? "")?.[0];
  });
  await invited.post("/identity/invitations/accept", { token }, `demonstration-accept-${role}`);
};

const mainJob = async (stage: Stage, admin: Client, state: LocalState): Promise<Report> => {
  const { step } = stage;
  // Members come first; beside their tracks and proposals the sample export is read, and a campaign gets its past.
  const joining = await stage.step("List of members", () => beginMembers(stage, admin));
  const [members, imported, campaign_id] = await step(
    "Members and their tracks, the sample export, a campaign's past month",
    () => Promise.all([joinAndSubmit(admin, joining), importExport(admin), campaignWithPast(stage, admin, state), takeRequests(admin)]),
    ([made, { total_records }]) => `${made.size} members, ${total_records} rows`,
  );
  const before = await balances(admin);
  const date = await step(
    "The daily schedule",
    () => buildQueue(stage, admin),
    (day) => `queue of ${day}`,
  );
  await step("Approval and publication", () => publish(admin, date));
  await step("Reposts, proofs, payment", () =>
    Promise.all([repost(stage, admin, date, members), planRepost(stage, admin, { date, members, campaign_id, org_id: state.org_id })]),
  );
  return step(
    "Reconciliation",
    () => report(admin, date, { imported, members: members.size, before, campaign_id }),
    ({ differences }) => `${differences} differences`,
  );
};

const importExport = async (admin: Client): Promise<ImportResult> => {
  const file = { kind: "campaigns", filename: basename(exportFile), bytes: await readFile(exportFile) } as const;
  return (await beginImport(admin, file, "demonstration-import")).end();
};

/** A client who is told by mail, and the client's campaign. */
const campaignWithPast = async ({ cloud, sandboxes }: Stage, admin: Client, { org_id, users }: LocalState): Promise<string> => {
  const client = { name: "Quiet Choir", emails: ["booking@quiet-choir.example"] };
  const { id: client_id } = await admin.post<{ id: string }>("/soundcloud/clients", client, "demonstration-client");
  return playPast({ cloud, soundcloud_url: sandboxes.soundcloud_url, org_id, user_id: users[0]!.user_id, client_id });
};

/** The list of members as an agency keeps it. */
const memberList = (): Uint8Array<ArrayBuffer> => {
  const lines = sampleMembers.map(({ name, handle, email, followers, genre }) =>
    [name, email, `https://soundcloud.com/${handle}`, followers, genre.at(-1)].join(","),
  );
  return new TextEncoder().encode(["Name,Emails,SoundCloud URL,Followers,Genres", ...lines].join("\n"));
};

/** Begins to import members from their list, with the accounts that the sandbox knows. */
const beginMembers = async ({ sandboxes }: Stage, admin: Client): Promise<BegunImport> => {
  const accounts = sampleMembers.map(({ handle, name, followers }) => ({ handle, username: name, followers_count: followers }));
  await steer(sandboxes.soundcloud_url, "PUT", "accounts", { accounts });
  return beginImport(admin, { kind: "members", filename: "members.csv", bytes: memberList() }, "demonstration-members");
};

/** The members once they are there, their tracks approved and proposals for the first ones; handles by id. */
const joinAndSubmit = async (admin: Client, { id, end }: BegunImport): Promise<ReadonlyMap<string, string>> => {
  await end();
  const rows = await admin.all<{ member_id: string; row: number }>(`/soundcloud/imports/${id}/rows?outcome=imported`);
  const members = new Map(rows.map(({ member_id, row }) => [member_id, sampleMembers[row - 1]!.handle]));
  const submissions = await submitTracks(admin, members);
  await each(submissions.slice(0, PROPOSED_BY_HAND), (one) =>
    admin.post(`/soundcloud/submissions/${one}/target-proposals`, {}, `demonstration-proposal-${one}`),
  );
  return members;
};

const submitTracks = async (admin: Client, members: ReadonlyMap<string, string>): Promise<string[]> => {
  const ids = [...members.keys()];
  return each(sampleTracks, async ({ member, title }, at) => {
    const { handle, name, genre } = sampleMembers[member]!;
    const [family, sub] = genre;
    const made = await admin.post<{ id: string; status: string }>(
      "/soundcloud/submissions",
      { member_id: ids[member], track_url: `https://soundcloud.com/${handle}/${title}-${at}`, artist_name: name, family, ...(sub ? { subgenres: [sub] } : {}) },
      `demonstration-track-${at}`,
    );
    await admin.post(`/soundcloud/submissions/${made.id}/approve`).catch(unlessDone);
    return made.id;
  });
};

const balances = async (admin: Client): Promise<number> =>
  (await admin.all<{ credits_balance: number }>("/soundcloud/members")).reduce((total, member) => total + member.credits_balance, 0);

interface QueueView {
  readonly date: string;
  readonly status: "draft" | "approved" | "published";
  readonly total_slots: number;
  readonly filled_slots: number;
  readonly empty_counts: Readonly<Record<string, number>>;
  readonly unfilled: readonly { readonly missing: number; readonly reason: string }[];
}

/** Runs the daily schedule now; it builds the queue of the day after. */
const buildQueue = async ({ cloud }: Stage, admin: Client): Promise<string> => {
  const now = new Date();
  const tomorrow = new Date(now.getTime() + 86_400_000).toISOString().slice(0, 10);
  const schedule = cloud.schedules().find(({ id }) => /build-?queues/i.test(id));
  if (!schedule) throw new Error("The templates have no schedule that builds queues.");
  await cloud.runSchedule(schedule.id, now);
  await until("the queue", () => admin.get<QueueView>(`/soundcloud/queues/${tomorrow}`).catch(() => undefined), 60_000);
  return tomorrow;
};

const publish = async (admin: Client, date: string): Promise<void> => {
  const queue = await admin.get<QueueView>(`/soundcloud/queues/${date}`);
  if (queue.status === "draft") await admin.post(`/soundcloud/queues/${date}/approve`);
  if (queue.status !== "published") await admin.post(`/soundcloud/queues/${date}/publish`, undefined, `demonstration-publish-${date}`);
  await until("the publication", async () => ((await admin.get<QueueView>(`/soundcloud/queues/${date}`)).status === "published" ? true : undefined), 60_000);
};

interface AssignmentView {
  readonly id: string;
  readonly supporter_id: string;
  readonly track_url: string;
  readonly status: string;
  readonly proof_submitted_at?: string;
}

/** The first half of the day: every other supporter has reposted in the sandbox and proves it; one in thirty skips. */
const repost = async ({ sandboxes }: Stage, admin: Client, date: string, members: ReadonlyMap<string, string>): Promise<void> => {
  const list = () => admin.all<AssignmentView>(`/soundcloud/queues/${date}/assignments`);
  const open = (await list()).filter(({ status, proof_submitted_at }) => status === "assigned" && proof_submitted_at === undefined);
  await each(open, async ({ id, supporter_id, track_url }, at) => {
    if (at % 2 === 1) return;
    if (at % 30 === 28) return void (await admin.post(`/soundcloud/queue-assignments/${id}/skip`, { reason: "On tour." }, `demonstration-skip-${id}`));
    const user = members.get(supporter_id)!;
    await steer(sandboxes.soundcloud_url, "POST", "reposts", { user, track_url });
    await admin.post(`/soundcloud/queue-assignments/${id}/proof`, { proof_url: `https://soundcloud.com/${user}/reposts` }, `demonstration-proof-${id}`);
  });
  await until(
    "the verification of the proofs",
    async () => ((await list()).some((one) => one.status === "assigned" && one.proof_submitted_at !== undefined) ? undefined : true),
    90_000,
  );
};

/** Plans a repost of the campaign's track on the channel of a member who has nothing to do that day. */
const planRepost = async (
  { base_url, sandboxes }: Stage,
  admin: Client,
  { date, members, campaign_id, org_id }: { date: string; members: ReadonlyMap<string, string>; campaign_id: string; org_id: string },
): Promise<void> => {
  const assignments = await admin.all<AssignmentView>(`/soundcloud/queues/${date}/assignments`);
  const busy = new Set(assignments.map(({ supporter_id }) => supporter_id));
  const [member_id, handle] = [...members].find(([id]) => !busy.has(id))!;
  const { soundcloud_urn } = await admin.get<{ soundcloud_urn?: string }>(`/soundcloud/members/${member_id}`);
  const user_id = `SOUNDCLOUD-USER-${soundcloud_urn?.split(":").at(-1) ?? handle}`;
  await repairedSchedule(admin, { base_url, planner_url: new URL(sandboxes.planner_url).origin, org_id, campaign_id, target: { member_id, handle, user_id } });
};

/** Recomputes the books and waits for the result: every difference. */
const reconcile = async (admin: Client): Promise<unknown[]> => {
  const { id } = await admin.post<{ id: string }>("/soundcloud/reconciliations", undefined, "demonstration-reconciliation");
  const ended = async () => {
    const { status } = await admin.get<{ status: string }>(`/soundcloud/reconciliations/${id}`);
    if (status === "failed") throw new Error("The reconciliation failed. Look at the dead letters and at the log of reconcile on the console.");
    return status === "completed" ? true : undefined;
  };
  await until("the reconciliation", ended, 60_000);
  return admin.all(`/soundcloud/reconciliations/${id}/differences`);
};

const report = async (
  admin: Client,
  date: string,
  { imported, members, before, campaign_id }: { imported: ImportResult; members: number; before: number; campaign_id: string },
): Promise<Report> => {
  const [queue, assignments, after, account, differences, outcome] = await Promise.all([
    admin.get<QueueView>(`/soundcloud/queues/${date}`),
    admin.all<AssignmentView>(`/soundcloud/queues/${date}/assignments`),
    balances(admin),
    admin.get<{ minted: number }>("/soundcloud/campaign-account"),
    reconcile(admin),
    readOutcome(admin, campaign_id),
  ]);
  return {
    rows: { total: imported.total_records, imported: imported.successful_imports, failed: imported.failed_imports, skipped: imported.skipped_by_reason },
    members,
    proposals: PROPOSED_BY_HAND,
    queue: {
      ...queue,
      empty: queue.empty_counts,
      unmet: tally(
        queue.unfilled,
        ({ reason }) => reason,
        ({ missing }) => missing,
      ),
    },
    assignments: tally(assignments, ({ status }) => status),
    credits: { before, after, minted: account.minted },
    differences: differences.length,
    ...outcome,
  };
};
