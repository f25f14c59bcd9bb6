import * as z from "zod";
import { email, id, newId } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

/** An artist or label that pays for promotion. */
export const Client = entity(soundcloud, "Client", {
  fields: () => ({
    org_id: id,
    id: newId,
    name: z.string().trim().min(1).max(200),
    /** NFC, runs of spaces as one, case-folded: the import finds clients by it. */
    name_key: z.string().max(400),
    emails: z.array(email).max(20).default([]),
    notes: z.string().max(5000).optional(),
    import_id: id.optional(),
  }),
  key: ["{org_id}#CL#{id}", "CL"],
  indexes: { byName: { on: "gsi1", pk: "{org_id}#CLS", sk: "{name_key}" } },
  unique: { name: "{org_id}#{name_key}" },
  server: ["name_key", "import_id"],
  hidden: ["name_key"],
});
export type Client = Item<typeof Client>;
