import * as z from "zod";
import { email, id, newId } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

/** Who sold a campaign. */
export const Salesperson = entity(soundcloud, "Salesperson", {
  fields: () => ({
    org_id: id,
    id: newId,
    name: z.string().trim().min(1).max(200),
    name_key: z.string().max(400),
    email: email.optional(),
    import_id: id.optional(),
  }),
  key: ["{org_id}#SP#{id}", "SP"],
  indexes: { byName: { on: "gsi1", pk: "{org_id}#SPS", sk: "{name_key}" } },
  unique: { name: "{org_id}#{name_key}" },
  server: ["name_key", "import_id"],
  hidden: ["name_key"],
});
export type Salesperson = Item<typeof Salesperson>;
