import * as z from "zod";
import { id, newId } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

/** A top-level genre. Deactivation hides it from choice and keeps what refers to it. */
export const GenreFamily = entity(soundcloud, "GenreFamily", {
  fields: () => ({
    org_id: id,
    id: newId,
    name: z.string().trim().min(1).max(100),
    /** The name case-folded: unique per org. */
    name_key: z.string().max(200),
    active: z.boolean().default(true),
  }),
  key: ["{org_id}#GF", "{id}"],
  unique: { name: "{org_id}#{name_key}" },
  server: ["name_key"],
  hidden: ["name_key"],
});
export type GenreFamily = Item<typeof GenreFamily>;
