import type { OrgCtx } from "../../kernel/context.ts";
import { inParallel } from "../../kernel/queue/parallel.ts";
import { realSleep } from "../../kernel/wait.ts";
import { Campaign, CampaignStatus } from "../campaign/campaign.ts";
import { CampaignAccount } from "../credit/campaign-account.ts";
import { Wallet } from "../credit/wallet.ts";
import { Member } from "../member/member.ts";
import { Inbox } from "../notification/inbox.ts";
import { Schedule, ScheduleStatus } from "../planner/schedule.ts";
import { QueueAssignment } from "../queue/queue-assignment.ts";
import { Queue } from "../queue/queue.ts";
import { Submission, SubmissionStatus } from "../submission/submission.ts";
import { checkCampaign } from "./campaigns.ts";
import { type Difference, compare } from "./difference.ts";
import { checkInbox } from "./inboxes.ts";
import { booksOf, checkMember } from "./members.ts";
import { checkQueue } from "./queues.ts";
import { type Checked, type Checkpoint, StepName } from "./reconciliation.ts";
import { checkScheduled, checkSubmission, checkSupported } from "./submissions.ts";
import { checkSupportRecords } from "./support-records.ts";
import { checkWallet } from "./wallets.ts";

const PARALLEL = 8;
/** A difference counts when it is still there after as many looks: a change may be half visible between two reads. */
const LOOKS = 3;
/** Longer before each further look: indexes are behind the table for a moment. */
const PAUSE_MS = 150;
/** Items of a page, so that all that can differ about them fits one transaction with the checkpoint: 100 writes. */
const PAGE = { wallets: 10, members: 12, submissions: 30, schedules: 90, campaigns: 90, queues: 50, assignments: 30, inboxes: 40 } as const;

/** What a page came to, and where the next one of its step begins; no position is the step's end. */
interface Walked {
  readonly differences: readonly Difference[];
  readonly checked?: Partial<Checked>;
  readonly position?: unknown;
  readonly sums?: Partial<Pick<Checkpoint, "minted" | "returned" | "account_version">>;
}
type Step = (ctx: OrgCtx, at: Checkpoint) => Promise<Walked>;

/** Looks again, at the item as it is then, while there are differences. */
const insist = async <T, R extends { readonly differences: readonly Difference[] }>(
  item: T,
  reread: () => Promise<T>,
  check: (item: T) => Promise<R>,
): Promise<R> => {
  let found = await check(item);
  for (let look = 1; look < LOOKS && found.differences.length > 0; look++) {
    await realSleep(PAUSE_MS * look);
    found = await check(await reread());
  }
  return found;
};

/** Checks each item of a page that has nothing to tell but differences. */
const eachOf = async <T>(items: readonly T[], reread: (item: T) => Promise<T>, check: (item: T) => Promise<Difference[]>): Promise<Difference[]> => {
  const looked = await inParallel(items, PARALLEL, (item) =>
    insist(
      item,
      () => reread(item),
      async (one) => ({ differences: await check(one) }),
    ),
  );
  return looked.flatMap(({ differences }) => differences);
};

const account = (ctx: OrgCtx): Promise<CampaignAccount> => CampaignAccount.get(ctx, { org_id: ctx.org_id }, { consistent: true });
const consistent = { consistent: true };

const wallets: Step = async (ctx, { position, minted, returned, account_version }) => {
  const version = position === undefined ? (await account(ctx)).version : account_version;
  const page = await Wallet.query.all(ctx, { org_id: ctx.org_id }, { limit: PAGE.wallets, position });
  // As they are now: what a wallet in the index does not know yet would be missing from the sums.
  const current = await Wallet.getMany(ctx, page.items, consistent);
  const found = await inParallel(current, PARALLEL, (wallet) =>
    insist(
      wallet,
      () => Wallet.get(ctx, wallet, consistent),
      (one) => checkWallet(ctx, one),
    ),
  );
  const sum = (field: "minted" | "returned" | "entries"): number => found.reduce((total, one) => total + one[field], 0);
  return {
    differences: found.flatMap(({ differences }) => differences),
    checked: { wallets: page.items.length, ledger_entries: sum("entries") },
    position: page.position,
    sums: { minted: minted + sum("minted"), returned: returned + sum("returned"), ...(version === undefined ? {} : { account_version: version }) },
  };
};

/** Left out when client work was paid while the wallets were read. */
const campaignAccount: Step = async (ctx, { minted, returned, account_version }) => {
  const now = await account(ctx);
  if (now.version !== account_version) return { differences: [] };
  return {
    differences: compare("campaign_account", ctx.org_id, { minted: now.minted, returned: now.returned }, { minted, returned }),
    checked: { campaign_account: true },
  };
};

const members: Step = async (ctx, { position }) => {
  const page = await Member.query.all(ctx, { org_id: ctx.org_id }, { limit: PAGE.members, position });
  const differences = await eachOf(
    await booksOf(ctx, page.items),
    async ({ member }) => (await booksOf(ctx, [await Member.get(ctx, member, consistent)]))[0]!,
    (books) => checkMember(ctx, books),
  );
  return { differences, checked: { members: page.items.length }, position: page.position };
};

/** Where a step stands that takes one status after the other, because no list has them all. What changes its status meanwhile may be met twice, or not. */
interface InStatus {
  readonly status: number;
  readonly after?: unknown;
}
const inStatus = (position: unknown): InStatus => (position ?? { status: 0 }) as InStatus;
const nextStatus = ({ status }: InStatus, position: unknown, count: number): InStatus | undefined => {
  const next = position === undefined ? { status: status + 1 } : { status, after: position };
  return next.status < count ? next : undefined;
};

const submissions: Step = async (ctx, { position }) => {
  const here = inStatus(position);
  const { status, after } = here;
  const at = { org_id: ctx.org_id, status: SubmissionStatus.options[status]! };
  const page = await Submission.query.byStatus(ctx, at, { limit: PAGE.submissions, position: after });
  const differences = await eachOf(
    page.items,
    (submission) => Submission.get(ctx, submission, consistent),
    (submission) => checkSubmission(ctx, submission),
  );
  return { differences, checked: { submissions: page.items.length }, position: nextStatus(here, page.position, SubmissionStatus.options.length) };
};

/** Looks at the items of a page together. */
const allOf = async <T>(
  items: readonly T[],
  reread: () => Promise<readonly T[]>,
  check: (items: readonly T[]) => Promise<Difference[]>,
): Promise<Difference[]> => (await insist(items, reread, async (some) => ({ differences: await check(some) }))).differences;

const schedules: Step = async (ctx, { position }) => {
  const here = inStatus(position);
  const at = { org_id: ctx.org_id, status: ScheduleStatus.options[here.status]! };
  const page = await Schedule.query.byStatus(ctx, at, { limit: PAGE.schedules, position: here.after });
  const differences = await allOf(
    page.items,
    () => Schedule.getMany(ctx, page.items, consistent),
    (some) => checkScheduled(ctx, some),
  );
  return { differences, checked: { schedules: page.items.length }, position: nextStatus(here, page.position, ScheduleStatus.options.length) };
};

const campaigns: Step = async (ctx, { position }) => {
  const here = inStatus(position);
  const at = { org_id: ctx.org_id, status: CampaignStatus.options[here.status]! };
  const page = await Campaign.query.byStatus(ctx, at, { limit: PAGE.campaigns, position: here.after });
  const differences = await eachOf(
    page.items,
    (campaign) => Campaign.get(ctx, campaign, consistent),
    (campaign) => checkCampaign(ctx, campaign),
  );
  return { differences, checked: { campaigns: page.items.length }, position: nextStatus(here, page.position, CampaignStatus.options.length) };
};

const queues: Step = async (ctx, { position }) => {
  const page = await Queue.query.byDate(ctx, { org_id: ctx.org_id }, { limit: PAGE.queues, position });
  const differences = await eachOf(
    page.items,
    (queue) => Queue.get(ctx, queue, consistent),
    (queue) => checkQueue(ctx, queue),
  );
  return { differences, checked: { queues: page.items.length }, position: page.position };
};

/** The assignments of one queue after the other; `after` is where the page of the queue begins, `queues` where the queue is found. */
const assignments: Step = async (ctx, { position }) => {
  const { org_id } = ctx;
  const at = (position ?? {}) as { readonly queues?: unknown; readonly after?: unknown };
  const found = await Queue.query.byDate(ctx, { org_id }, { limit: 1, position: at.queues });
  const [queue] = found.items;
  const next = found.position === undefined ? undefined : { queues: found.position };
  if (!queue) return { differences: [], position: next };
  const build = { org_id, queue_date: queue.date, build_id: queue.build_id };
  const page = await QueueAssignment.query.byQueue(ctx, build, { limit: PAGE.assignments, position: at.after });
  const differences = await allOf(
    page.items,
    () => QueueAssignment.getMany(ctx, page.items, consistent),
    async (some) => [...(await checkSupportRecords(ctx, some)), ...(await checkSupported(ctx, some))],
  );
  return { differences, checked: { assignments: page.items.length }, position: page.position === undefined ? next : { ...at, after: page.position } };
};

const inboxes: Step = async (ctx, { position }) => {
  const page = await Inbox.query.all(ctx, { org_id: ctx.org_id }, { limit: PAGE.inboxes, position });
  const differences = await eachOf(
    page.items,
    (inbox) => Inbox.get(ctx, inbox, consistent),
    (inbox) => checkInbox(ctx, inbox),
  );
  return { differences, checked: { inboxes: page.items.length }, position: page.position };
};

const STEPS: Readonly<Record<StepName, Step>> = {
  wallets,
  campaign_account: campaignAccount,
  members,
  submissions,
  schedules,
  campaigns,
  queues,
  assignments,
  inboxes,
};

/** Where a run stands between two pages; no checkpoint is the end. */
export interface Progress {
  readonly checked: Checked;
  readonly checkpoint: Checkpoint | undefined;
}

export const BEGINNING = {
  checked: {
    wallets: 0,
    ledger_entries: 0,
    members: 0,
    submissions: 0,
    schedules: 0,
    campaigns: 0,
    queues: 0,
    assignments: 0,
    inboxes: 0,
    campaign_account: false,
  },
  checkpoint: { step: "wallets", minted: 0, returned: 0 },
} as const satisfies Progress;

/** A run that began before inboxes or schedules were looked at has not counted any. */
const added = (checked: Checked, more: Partial<Checked>): Checked => ({
  wallets: checked.wallets + (more.wallets ?? 0),
  ledger_entries: checked.ledger_entries + (more.ledger_entries ?? 0),
  members: checked.members + (more.members ?? 0),
  submissions: checked.submissions + (more.submissions ?? 0),
  schedules: (checked.schedules ?? 0) + (more.schedules ?? 0),
  campaigns: checked.campaigns + (more.campaigns ?? 0),
  queues: checked.queues + (more.queues ?? 0),
  assignments: checked.assignments + (more.assignments ?? 0),
  inboxes: (checked.inboxes ?? 0) + (more.inboxes ?? 0),
  campaign_account: more.campaign_account ?? checked.campaign_account,
});

/** Checks the page that a run stands before. The same page again, of books that stand still, comes to the same. */
export const takeStep = async (ctx: OrgCtx, checked: Checked, checkpoint: Checkpoint): Promise<Progress & { readonly differences: readonly Difference[] }> => {
  const { position, ...at } = checkpoint;
  const walked = await STEPS[at.step](ctx, checkpoint);
  const step = walked.position === undefined ? StepName.options[StepName.options.indexOf(at.step) + 1] : at.step;
  const next =
    step === undefined ? undefined : { ...at, ...walked.sums, step, ...(walked.position === undefined ? {} : { position: walked.position as never }) };
  return { checked: added(checked, walked.checked ?? {}), checkpoint: next, differences: walked.differences };
};
