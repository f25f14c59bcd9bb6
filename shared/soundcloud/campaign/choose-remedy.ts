import * as z from "zod";
import { type OrgCtx, actorId } from "../../kernel/context.ts";
import { todayOf } from "../../kernel/days.ts";
import { conflict, unprocessable } from "../../kernel/errors.ts";
import { date } from "../../kernel/fields.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { soundcloud } from "../table.ts";
import { Campaign, Remedy } from "./campaign.ts";
import { carriedBy, followedWrites } from "./campaign-demand.ts";
import { owedReposts, refundDue } from "./delivery.ts";
import { getSettings } from "../settings/get-settings.ts";
import { underWay } from "./report-delivery.ts";

/** `make_good` names the new end; `refund` is computed. */
export const ChosenRemedy = z.strictObject({ remedy: Remedy, end_date: date.optional() });
export type ChosenRemedy = z.output<typeof ChosenRemedy>;

type Patch = Parameters<typeof Campaign.writes.patch>[2];

const at = (code: string, detail: string) => unprocessable(code, `end_date: ${detail}`, [{ pointer: "/end_date", code, detail }]);

/** More time while it is live, or paused out of it. */
const longer = (ctx: OrgCtx, campaign: Campaign, end_date: string | undefined): Patch => {
  const { status, paused_from } = campaign;
  if (status !== "live" && !(status === "paused" && paused_from === "live"))
    throw conflict("not_live", `Only a live campaign can be made good; this one is ${status}.`, { possible: status === "completed" ? ["refund"] : [] });
  if (end_date === undefined) throw at("required", "Name the day until which it goes on.");
  const earliest = [campaign.end_date ?? "", todayOf(ctx)].toSorted().at(-1)!;
  if (end_date <= earliest) throw at("not_later", `A make-good ends after ${earliest}.`);
  return { end_date };
};

/** The amount that is due once nothing can change it any more but a repost that is taken down. */
const refunded = async (ctx: OrgCtx, campaign: Campaign, end_date: string | undefined): Promise<Patch> => {
  const { status } = campaign;
  if (end_date !== undefined) throw at("not_for_refund", "A refund has no end date; leave it out.");
  if (status !== "completed")
    throw conflict("not_completed", `What is owed is known when the campaign is completed; it is ${status}.`, {
      possible: status === "live" ? ["make_good"] : [],
    });
  const open = underWay(campaign, await carriedBy(ctx, campaign));
  if (open > 0) throw conflict("under_way", `${open} reposts are under way and may still count; wait until they have ended.`, { under_way_reposts: open });
  const refund_usd = refundDue(campaign);
  if (refund_usd === null) throw conflict("no_price", "The campaign has no price of which a part could be refunded.");
  return { refund_usd };
};

/**
 * Records what was agreed about owed reposts: more time (`make_good`, as often as needed) or money (`refund`, once).
 * Throws DomainError `nothing_owed`, `refunded`, `not_live`, `not_completed`, `under_way` or `no_price`; 422 for the end date.
 */
export const chooseRemedy = (ctx: OrgCtx, id: string, { remedy, end_date }: ChosenRemedy): Promise<Campaign> =>
  contend(async () => {
    const campaign = await Campaign.get(ctx, { org_id: ctx.org_id, id }, { consistent: true });
    if (campaign.remedy === "refund")
      throw conflict("refunded", `${campaign.refund_usd} dollars were promised back at ${campaign.remedied_at}; that is final.`);
    const terms = remedy === "make_good" ? longer(ctx, campaign, end_date) : await refunded(ctx, campaign, end_date);
    if (owedReposts(campaign) === 0) throw conflict("nothing_owed", `All ${campaign.goal_reposts} reposts that were promised are verified.`);
    const now = ctx.clock.now().toISOString();
    const patch = { ...terms, remedy, remedied_at: now, remedied_by: actorId(ctx.actor) ?? null };
    const writes = Campaign.writes.patch(ctx, campaign, patch);
    const result = Campaign.after(writes);
    const submission = remedy === "make_good" ? await carriedBy(ctx, campaign) : undefined;
    const followed = submission ? followedWrites(ctx, submission, result, await getSettings(ctx)) : [];
    await transact(ctx, soundcloud, [...writes, ...followed], { pattern: "campaigns.remedy", result });
    return result;
  });
