import { GrantCredits } from "../../../events/soundcloud/grant-credits.v1.ts";
import { DomainError } from "../../kernel/errors.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { inParallel } from "../../kernel/queue/parallel.ts";
import { Member } from "../member/member.ts";
import { getSettings } from "../settings/get-settings.ts";
import type { Settings } from "../settings/settings.ts";
import { walletTerms } from "../tier/tier.ts";
import { grantCredits } from "./grant-credits.ts";
import { monthsDue } from "./wallet-rules.ts";
import { Wallet } from "./wallet.ts";

const PAGE = 100;
const PARALLEL = 5;
/** A page is not begun with less time than this. */
const PAGE_MS = 15_000;

type GrantCtx = OrgJobCtx & { readonly commands: Commands };

/**
 * Grants every member of the org but the erased the months due up to `month`. A page of wallets at a time; when time runs short the
 * rest is another message. A member whose grant fails holds up nobody else: the others are granted, then the whole
 * fails, so that the message is repeated.
 */
export const grantOrgCredits = async (ctx: GrantCtx, { month, after }: { month: string; after?: unknown }): Promise<void> => {
  const settings = await getSettings(ctx);
  let position = after;
  let failed = 0;
  do {
    const page = await Wallet.query.all(ctx, { org_id: ctx.org_id }, { limit: PAGE, position });
    failed += await grantPage(ctx, settings, month, page.items);
    position = page.position;
  } while (position !== undefined && ctx.remaining_ms() >= PAGE_MS);
  if (position !== undefined) await goOn(ctx, month, position);
  if (failed > 0) throw new DomainError("unavailable", "grants_failed", `${failed} members did not get their grant of ${month}; the message is repeated.`);
};

const goOn = (ctx: GrantCtx, month: string, after: unknown): Promise<void> => {
  const id = uuidOf(`${GrantCredits.type}/${ctx.org_id}/${month}/${JSON.stringify(after)}`);
  return ctx.commands.sendEach(ctx, GrantCredits, [{ org_id: ctx.org_id, id, data: { month, after: after as never } }]);
};

/** Returns how many failed. The index may lag behind, so it only spares work: what is due is decided on the wallet itself. */
const grantPage = async (ctx: GrantCtx, settings: Settings, month: string, wallets: readonly Wallet[]): Promise<number> => {
  const due = wallets.filter((wallet) => monthsDue(wallet, month).length > 0);
  const members = await Member.getMany(
    ctx,
    due.map(({ org_id, member_id }) => ({ org_id, id: member_id })),
  );
  const granted = await inParallel(
    members.filter(({ erased_at }) => erased_at === undefined),
    PARALLEL,
    (member) => grantsTo(ctx, settings, month, member),
  );
  return granted.filter((ok) => !ok).length;
};

const grantsTo = async (ctx: GrantCtx, settings: Settings, month: string, member: Member): Promise<boolean> => {
  try {
    await grantCredits(ctx, { member_id: member.id, month, terms: walletTerms(member.size_tier, settings) });
    return true;
  } catch (error) {
    ctx.log.error("a grant failed", { member_id: member.id, month, error });
    return false;
  }
};
