import * as z from "zod";
import { EXPORT_HIDDEN, EXPORT_SERVER, EXPORT_STATES, exportFields, exportTtl } from "../../kernel/export/export-fields.ts";
import { id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

const ExportKind = z.enum(["person", "members", "submissions", "ledger", "campaigns"]);

/** A file that the network writes for somebody to take away. README, Exports. */
export const Export = entity(soundcloud, "Export", {
  fields: () => ({
    ...exportFields,
    kind: ExportKind,
    /** Whom an export of kind `person` is about; the others are about the org. */
    member_id: id.optional(),
  }),
  key: ["{org_id}#X#{id}", "X"],
  indexes: {
    all: { on: "gsi1", pk: "{org_id}#XS", sk: "{id}" },
    byMember: { on: "gsi3", pk: "{org_id}#XM#{member_id}", sk: "{id}" },
  },
  server: [...EXPORT_SERVER],
  hidden: [...EXPORT_HIDDEN],
  states: EXPORT_STATES,
  ttl: exportTtl,
});
export type Export = Item<typeof Export>;

/** What is ordered: a person's export names the member and is a document; a list is of the whole org. */
export const NewExport = Export.api.create.superRefine(({ kind, format, member_id }, { addIssue }) => {
  const object = (field: string, message: string): void => addIssue({ code: "custom", path: [field], message });
  if (kind === "person" && member_id === undefined) object("member_id", "is whom an export of kind person is about");
  if (kind !== "person" && member_id !== undefined) object("member_id", "is for the kind person only");
  if (kind === "person" && format === "csv") object("format", "is json for the kind person, which has several lists");
});
export type NewExport = z.output<typeof NewExport>;
