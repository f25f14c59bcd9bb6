import * as z from "zod";
import { id } from "../../kernel/fields.ts";
import { importRowFields } from "../../kernel/import/import-fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

/** What became of one row of a file: its outcome with the reason, the place of the fault, and what was made of it. */
export const ImportRow = entity(soundcloud, "ImportRow", {
  fields: () => ({
    ...importRowFields,
    /** What the reader noticed about the address, and which cell made the row a test. */
    flags: z.array(z.string().max(100)).max(30).default([]),
    submission_id: id.optional(),
    member_id: id.optional(),
    client_id: id.optional(),
    salesperson_id: id.optional(),
    duplicate_of_row: z.int().min(1).optional(),
    duplicate_of_submission_id: id.optional(),
    duplicate_of_member_id: id.optional(),
    /** The values as they were read. */
    parsed: z.record(z.string().max(100), z.json()).optional(),
  }),
  key: ["{org_id}#IR#{import_id}", "{row:7}"],
  indexes: { byOutcome: { on: "gsi1", pk: "{org_id}#IO#{import_id}#{outcome}", sk: "{row:7}" } },
});
export type ImportRow = Item<typeof ImportRow>;
