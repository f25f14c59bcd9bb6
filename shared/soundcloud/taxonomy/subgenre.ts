import * as z from "zod";
import { id, newId } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

/** A subgenre with the plain words that classify text as it; see README, Classification. */
export const Subgenre = entity(soundcloud, "Subgenre", {
  fields: () => ({
    org_id: id,
    id: newId,
    family_id: id,
    name: z.string().trim().min(1).max(100),
    name_key: z.string().max(200),
    /** Literal words, at least two characters each; no expressions. */
    patterns: z.array(z.string().trim().min(2).max(50)).max(50).default([]),
    active: z.boolean().default(true),
    order_index: z.int().min(0).max(10_000).default(0),
  }),
  key: ["{org_id}#SG", "{id}"],
  unique: { name: "{org_id}#{family_id}#{name_key}" },
  server: ["name_key"],
  hidden: ["name_key"],
  immutable: ["family_id"],
});
export type Subgenre = Item<typeof Subgenre>;
