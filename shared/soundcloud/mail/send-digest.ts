import { SendDigest } from "../../../events/soundcloud/send-digest.v1.ts";
import { DomainError } from "../../kernel/errors.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { inParallel } from "../../kernel/queue/parallel.ts";
import { nextPeriod, weekBegins } from "../../kernel/schedule/period.ts";
import { every } from "../../kernel/table/every.ts";
import type { Values } from "../../mail/render.ts";
import { LedgerEntry } from "../credit/ledger-entry.ts";
import { Wallet } from "../credit/wallet.ts";
import { Member } from "../member/member.ts";
import { templatesFor } from "./automate.ts";
import type { AutomationTemplate } from "./automation-template.ts";
import { toMember } from "./mail-order.ts";
import { queueMail } from "./queue-mail.ts";

const PAGE = 100;
const PARALLEL = 3;
/** A page is not begun with less time than this. */
const PAGE_MS = 30_000;

type DigestCtx = OrgJobCtx & { readonly commands: Commands };

/**
 * Queues the digest of an ISO week for every member with an address: one per week and member, however often and late it
 * runs. A page of members at a time; when time runs short the rest is another message. A member whose digest fails holds
 * up nobody else; then the whole fails, so that the message is repeated.
 */
export const sendDigest = async (ctx: DigestCtx, { week, after }: { week: string; after?: unknown }): Promise<void> => {
  const templates = await templatesFor(ctx, "weekly-digest");
  if (templates.length === 0) return;
  let position = after;
  let failed = 0;
  do {
    const page = await Member.query.all(ctx, { org_id: ctx.org_id }, { limit: PAGE, position });
    const done = await inParallel(page.items, PARALLEL, (member) => digestTo(ctx, templates, week, member));
    failed += done.filter((isDone) => !isDone).length;
    position = page.position;
  } while (position !== undefined && ctx.remaining_ms() >= PAGE_MS);
  if (position !== undefined) await goOn(ctx, week, position);
  if (failed > 0) throw new DomainError("unavailable", "digests_failed", `${failed} digests of ${week} were not queued; the message is repeated.`);
};

const goOn = (ctx: DigestCtx, week: string, after: unknown): Promise<void> => {
  const id = uuidOf(`${SendDigest.type}/${ctx.org_id}/${week}/${JSON.stringify(after)}`);
  return ctx.commands.sendEach(ctx, SendDigest, [{ org_id: ctx.org_id, id, data: { week, after: after as never } }]);
};

const digestTo = async (ctx: DigestCtx, templates: readonly AutomationTemplate[], week: string, member: Member): Promise<boolean> => {
  const recipient = toMember(member);
  if (!recipient) return true;
  try {
    const { recipient_name, ...to } = recipient;
    const values = { recipient_name, week, ...(await weekOf(ctx, member.id, week)) };
    for (const template of templates)
      await queueMail(ctx, template, { ...to, object_type: "member", object_id: member.id, values }, { trigger: "weekly-digest", key: `digest/${week}` });
    return true;
  } catch (error) {
    ctx.log.error("a digest was not queued", { member_id: member.id, week, error });
    return false;
  }
};

/** What the member's ledger says of the week, read backwards from now to its Monday. */
const weekOf = async (ctx: DigestCtx, member_id: string, week: string): Promise<Values> => {
  const at = { org_id: ctx.org_id, member_id };
  const [from, to] = [weekBegins(week), weekBegins(nextPeriod("week", week))].map((day) => day.toISOString()) as [string, string];
  const entries: LedgerEntry[] = [];
  for await (const entry of every((page) => LedgerEntry.list(ctx, at, { ...page, desc: true }))) {
    if (entry.created_at < from) break;
    if (entry.created_at < to) entries.push(entry);
  }
  const [earned, spent] = (["repost_earn", "repost_spend"] as const).map((reason) => entries.filter((entry) => entry.reason === reason)) as [
    LedgerEntry[],
    LedgerEntry[],
  ];
  const { balance } = await Wallet.get(ctx, at, { consistent: true });
  return {
    reposts_done: repostsIn(earned),
    reposts_received: repostsIn(spent),
    credits_earned: creditsIn(earned),
    credits_spent: creditsIn(spent),
    credits_balance: balance,
  };
};

/** One repost may be booked in several buckets of the wallet. */
const repostsIn = (entries: readonly LedgerEntry[]): number => new Set(entries.map(({ reference_id }) => reference_id)).size;
const creditsIn = (entries: readonly LedgerEntry[]): number => entries.reduce((sum, { change_amount }) => sum + Math.abs(change_amount), 0);
