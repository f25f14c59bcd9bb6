import * as z from "zod";
import { id, newId, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

/** A genre of a member: a family, with or without a subgenre. `subgenre_key` is `-` where there is none, so that the pair is unique. */
export const MemberGenre = entity(soundcloud, "MemberGenre", {
  fields: () => ({
    org_id: id,
    id: newId,
    member_id: id,
    genre_family_id: id,
    subgenre_id: id.optional(),
    subgenre_key: z.string(),
    assigned_by: id.optional(),
    assigned_at: timestamp,
  }),
  key: ["{org_id}#M#{member_id}", "G#{genre_family_id}#{subgenre_key}"],
  server: ["id", "assigned_by", "assigned_at"],
  hidden: ["subgenre_key"],
});
export type MemberGenre = Item<typeof MemberGenre>;
