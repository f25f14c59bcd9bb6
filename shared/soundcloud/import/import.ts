import * as z from "zod";
import { IMPORT_HIDDEN, IMPORT_SERVER, IMPORT_STATES, importFields } from "../../kernel/import/import-fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

export const ImportKind = z.enum(["campaigns", "members"]);

/** A bulk import. README, Imports. */
export const Import = entity(soundcloud, "Import", {
  fields: () => ({ ...importFields, kind: ImportKind }),
  key: ["{org_id}#I#{id}", "I"],
  indexes: { all: { on: "gsi1", pk: "{org_id}#IS", sk: "{id}" }, byKind: { on: "gsi3", pk: "{org_id}#IK#{kind}", sk: "{id}" } },
  server: [...IMPORT_SERVER],
  hidden: [...IMPORT_HIDDEN],
  states: IMPORT_STATES,
});
export type Import = Item<typeof Import>;
