import * as z from "zod";
import { date, id, metadata, newId, nowField } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

export const ParentType = z.enum(["campaign", "submission"]);
export type ParentType = z.output<typeof ParentType>;
/** A number that SoundCloud hides is missing, never 0. */
const count = z.int().min(0).optional();

/**
 * What SoundCloud counted for a parent's track on one UTC day. The key is the day; since a parent has one baseline, it
 * has one snapshot for each `day_index` (README, Attribution), which is reckoned when it is read.
 */
export const AttributionSnapshot = entity(soundcloud, "AttributionSnapshot", {
  fields: () => ({
    org_id: id,
    id: newId,
    parent_type: ParentType,
    parent_id: id,
    snapshot_date: date,
    plays: count,
    likes: count,
    reposts: count,
    comments: count,
    /** Of the artist. */
    followers: count,
    collected_at: nowField,
    /** `ordered` by ops or by an event, else the daily run. */
    collection_source: z.enum(["scraper", "ordered"]).default("scraper"),
    metadata: metadata.default({}),
  }),
  key: ["{org_id}#AT#{parent_type}#{parent_id}", "{snapshot_date}"],
  immutable: ["snapshot_date"],
});
export type AttributionSnapshot = Item<typeof AttributionSnapshot>;
