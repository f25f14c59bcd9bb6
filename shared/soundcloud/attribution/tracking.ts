import * as z from "zod";
import { date, id, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";
import { ParentType } from "./snapshot.ts";

/**
 * That a campaign's or submission's track is looked at daily. `next_on`, the day of its next snapshot, puts it into the
 * sparse list of the org's tracked parents; without it tracking has ended. README, Attribution.
 */
export const AttributionTracking = entity(soundcloud, "AttributionTracking", {
  fields: () => ({
    org_id: id,
    parent_type: ParentType,
    parent_id: id,
    next_on: date.optional(),
    /** The last day of tracking, as far as it is known. */
    tracked_until: date.optional(),
    /** The day with index 0, once it was captured. */
    baseline_date: date.optional(),
    /** Of a campaign's track; a submission knows its own. */
    track_urn: z.string().max(100).optional(),
    /** Since when SoundCloud does not show the track: it is gone, private, or was never there. */
    unavailable_since: timestamp.optional(),
  }),
  key: ["{org_id}#AP#{parent_type}#{parent_id}", "AP"],
  indexes: { due: { on: "gsi4", pk: "{org_id}#AD", sk: "{next_on}#{parent_id}" } },
});
export type AttributionTracking = Item<typeof AttributionTracking>;

/** What names a parent. */
export type Parent = Pick<AttributionTracking, "parent_type" | "parent_id">;
