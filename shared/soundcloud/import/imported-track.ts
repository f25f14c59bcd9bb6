import { createHash } from "node:crypto";
import * as z from "zod";
import { id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

/**
 * Remembers for good that a track was imported for a client, whatever becomes of the submission and of the client's
 * name: what makes a row of a later import a duplicate.
 */
export const ImportedTrack = entity(soundcloud, "ImportedTrack", {
  fields: () => ({
    org_id: id,
    /** Digest of the row's duplicate key, which may be long. */
    digest: z.string(),
    submission_id: id,
    import_id: id,
    row: z.int().min(1),
  }),
  key: ["{org_id}#IT#{digest}", "IT"],
});
export type ImportedTrack = Item<typeof ImportedTrack>;

export const digestOf = (duplicateKey: string): string => createHash("sha256").update(duplicateKey).digest("base64url");
