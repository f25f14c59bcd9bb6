import * as z from "zod";
import { IMPORT_HIDDEN, IMPORT_SERVER, IMPORT_STATES, importFields } from "../../kernel/import/import-fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";

/** A file of events or mentions, and how far it is read. README, Imports. */
export const SocialImport = entity(social, "SocialImport", {
  fields: () => ({ ...importFields, kind: z.enum(["events", "mentions"]), format: z.enum(["csv", "ndjson"]).default("csv") }),
  key: ["{org_id}#I#{id}", "I"],
  indexes: { all: { on: "gsi1", pk: "{org_id}#IS", sk: "{id}" } },
  server: [...IMPORT_SERVER],
  hidden: [...IMPORT_HIDDEN],
  states: IMPORT_STATES,
});
export type SocialImport = Item<typeof SocialImport>;
