import * as z from "zod";
import { id } from "../../kernel/fields.ts";
import { importRowFields } from "../../kernel/import/import-fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";

/** Days for which the outcomes of rows are kept: there are as many of them as of rows. */
export const ROW_DAYS = 90;

/** What became of one row of a file. It has nothing of what the row tells of a person. README, Imports. */
export const SocialImportRow = entity(social, "SocialImportRow", {
  fields: () => ({
    ...importRowFields,
    /** The batch with which the row was sent to be counted. */
    batch_id: id.optional(),
    expires_at: z.int().min(0),
  }),
  key: ["{org_id}#IR#{import_id}", "{row:7}"],
  indexes: { byOutcome: { on: "gsi1", pk: "{org_id}#IO#{import_id}#{outcome}", sk: "{row:7}" } },
  hidden: ["expires_at"],
  ttl: ({ expires_at }) => expires_at,
});
export type SocialImportRow = Item<typeof SocialImportRow>;
