import { date, id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import * as z from "zod";
import { soundcloud } from "../table.ts";

/**
 * That a supporter was given a track: written when the assignment is published, removed when it is skipped or fails.
 * Its key is what keeps a channel from getting the same track twice.
 */
export const SupportRecord = entity(soundcloud, "SupportRecord", {
  fields: {
    org_id: id,
    track_key: z.string().max(1500),
    supporter_id: id,
    artist_key: z.string().max(500),
    supported_on: date,
    assignment_id: id,
  },
  key: ["{org_id}#TS#{track_key}", "{supporter_id}"],
  indexes: { byArtist: { on: "gsi2", pk: "{org_id}#TA#{artist_key}", sk: "{supported_on}#{supporter_id}" } },
});
export type SupportRecord = Item<typeof SupportRecord>;
