import * as z from "zod";
import { id, newId, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { SizeTier } from "../member/member.ts";
import { TargetBandMode } from "../settings/settings.ts";
import { soundcloud } from "../table.ts";
import { EXCLUSION_REASONS } from "./select.ts";

export const ParentType = z.enum(["campaign", "submission"]);
const ExclusionReason = z.enum(EXCLUSION_REASONS);

export const ProposedTarget = z.strictObject({
  member_id: id,
  size_tier: SizeTier,
  followers: z.int().min(0),
  /** Score in hundredths: 9750 is 97.50. */
  score: z.int().min(0).max(10_000),
  /** The three parts of the score, in thousandths of 1. */
  parts: z.strictObject({ genre: z.int(), reliability: z.int(), rest: z.int() }),
  reach: z.int().min(0),
  price: z.int().min(0),
});
export type ProposedTarget = z.output<typeof ProposedTarget>;

/** A proposal names as many at most; a larger need is met in portions, one a day. */
export const MOST_TARGETS = 50;

/** What the target builder found for a track: the supporters to ask, and why others are not. The latest live one counts. */
export const TargetProposal = entity(soundcloud, "TargetProposal", {
  fields: () => ({
    org_id: id,
    id: newId,
    parent_type: ParentType,
    parent_id: id,
    criteria: z.strictObject({
      mode: TargetBandMode,
      count: z.int().min(1),
      credits: z.int().min(0).optional(),
      considered: z.int().min(0),
    }),
    proposed_targets: z.array(ProposedTarget).max(MOST_TARGETS),
    total_capacity: z.int().min(0),
    estimated_credits: z.int().min(0),
    expected_reach_min: z.int().min(0),
    expected_reach_planned: z.int().min(0),
    expected_reach_max: z.int().min(0),
    /** Members left out, with all their reasons: the 100 that score best; `conflict_counts` counts all. */
    conflicts: z.array(z.strictObject({ member_id: id, reasons: z.array(ExclusionReason).min(1) })).max(100),
    conflict_counts: z.partialRecord(ExclusionReason, z.int().min(0)),
    created_by: id.optional(),
    expires_at: timestamp,
    /** When it expires, of one that was made by hand, until it is taken over or another takes its place: it stands in the worklist. */
    open_until: timestamp.optional(),
  }),
  key: ["{org_id}#T#{parent_id}", "{id}"],
  indexes: { open: { on: "gsi4", pk: "{org_id}#TO", sk: "{open_until}#{id}" } },
  hidden: ["open_until"],
  // Names of supporters are joined when a proposal is shown, so that an erased member leaves none behind.
  upgrades: [(old) => ({ ...old, proposed_targets: old["proposed_targets"].map(({ name: _, ...target }: Record<string, unknown>) => target) })],
});
export type TargetProposal = Item<typeof TargetProposal>;

/** What the proposals of a submission belong to: the campaign that it carries, which has them before it is live; else itself. */
export const proposalParent = ({ id, campaign_id }: { readonly id: string; readonly campaign_id?: string | undefined }) =>
  campaign_id === undefined ? ({ parent_type: "submission", parent_id: id } as const) : ({ parent_type: "campaign", parent_id: campaign_id } as const);
