import { createHash } from "node:crypto";
import { date, id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import * as z from "zod";
import { soundcloud } from "../table.ts";

/**
 * What a record keeps of a track's or an artist's key: enough to meet it again, and nothing to read. So the record may
 * outlive the artist's erasure, and no channel is given the track twice, whoever submits it next.
 */
export const supportDigest = (org_id: string, key: string): string => createHash("sha256").update(`${org_id}\n${key}`).digest("base64url");

/**
 * That a supporter was given a track: written when the assignment is published, removed when it is skipped or fails.
 * Its key is what keeps a channel from getting the same track twice. `track_key` and `artist_key` are digests.
 */
export const SupportRecord = entity(soundcloud, "SupportRecord", {
  fields: () => ({
    org_id: id,
    track_key: z.string().max(100),
    supporter_id: id,
    artist_key: z.string().max(100),
    supported_on: date,
    assignment_id: id,
  }),
  key: ["{org_id}#TS#{track_key}", "{supporter_id}"],
  indexes: { byArtist: { on: "gsi2", pk: "{org_id}#TA#{artist_key}", sk: "{supported_on}#{supporter_id}" } },
});
export type SupportRecord = Item<typeof SupportRecord>;
