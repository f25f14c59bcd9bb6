import { CaptureSnapshots } from "../../../events/soundcloud/capture-snapshots.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { conflict } from "../../kernel/errors.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { Campaign } from "../campaign/campaign.ts";

/**
 * Orders a campaign's baseline for today, before its start date if need be. Throws DomainError not_found,
 * `baseline_captured` or `not_scheduled`.
 */
export const orderBaseline = async (ctx: OrgCtx & { readonly commands: Commands }, campaign_id: string) => {
  const { org_id } = ctx;
  const { status, baseline_captured_at, version } = await Campaign.get(ctx, { org_id, id: campaign_id }, { consistent: true });
  if (baseline_captured_at !== undefined) throw conflict("baseline_captured", `The baseline was captured at ${baseline_captured_at}; a campaign has one.`);
  if (status !== "scheduled") throw conflict("not_scheduled", `The campaign is ${status}; schedule it first, or resume it.`);
  const id = uuidOf(`${CaptureSnapshots.type}/baseline/${campaign_id}/${version}/${ctx.request_id}`);
  const parent = { parent_type: "campaign" as const, parent_id: campaign_id, baseline: true };
  await ctx.commands.sendEach(ctx, CaptureSnapshots, [{ org_id, id, data: { parent } }]);
  return { campaign_id, status: "ordered" as const };
};
