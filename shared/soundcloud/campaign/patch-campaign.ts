import type * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { conflict } from "../../kernel/errors.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { requireParties } from "../party/require-parties.ts";
import { getSettings } from "../settings/get-settings.ts";
import { genreOf } from "../submission/genre-of.ts";
import { soundcloud } from "../table.ts";
import { loadTaxonomy } from "../taxonomy/taxonomy.ts";
import { Campaign } from "./campaign.ts";
import { carriedBy, followedWrites } from "./campaign-demand.ts";

export type CampaignPatch = z.output<typeof Campaign.api.patch>;

/** What was sold is settled once the campaign has ended. */
const TERMS = ["goal_reposts", "price_usd", "start_date", "end_date"] as const satisfies readonly (keyof CampaignPatch)[];

const requireOpenTerms = (campaign: Campaign, patch: CampaignPatch): void => {
  if (campaign.status !== "completed") return;
  const settled = TERMS.filter((field) => patch[field] !== undefined);
  if (settled.length > 0)
    throw conflict("campaign_completed", `The campaign has ended; ${settled.join(", ")} can no longer be changed. Choose a remedy instead.`);
};

const genreFor = async (ctx: OrgCtx, from: Campaign, { family, subgenres }: CampaignPatch) =>
  family === undefined && subgenres === undefined
    ? {}
    : genreOf(
        await loadTaxonomy(ctx),
        { family: family ?? from.family, subgenres: subgenres ?? (family === undefined ? from.subgenres : []) },
        from.track_name,
      );

/**
 * Changes what ops may change; the submission that carries the demand follows in the same transaction, so that a new
 * goal counts at once. Throws DomainError `campaign_completed`, `unknown_party`, `unknown_genre`, stale, or the campaign's own rules.
 */
export const patchCampaign = (ctx: OrgCtx, id: string, patch: CampaignPatch, version: number): Promise<Campaign> =>
  contend(async () => {
    const key = { org_id: ctx.org_id, id };
    const from = await Campaign.get(ctx, key, { consistent: true });
    requireOpenTerms(from, patch);
    await requireParties(ctx, patch);
    const changes = { ...patch, ...(await genreFor(ctx, from, patch)) };
    const next = { ...from, ...Object.fromEntries(Object.entries(changes).map(([field, value]) => [field, value ?? undefined])) } as Campaign;
    const submission = await carriedBy(ctx, from);
    const followed = submission && submission.closed_at === undefined ? followedWrites(ctx, submission, next, await getSettings(ctx)) : [];
    await transact(ctx, soundcloud, [...Campaign.writes.patch(ctx, from, changes, { version }), ...followed], { pattern: "campaigns.patch" });
    return Campaign.get(ctx, key, { consistent: true });
  });
