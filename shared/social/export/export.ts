import * as z from "zod";
import { EXPORT_HIDDEN, EXPORT_SERVER, EXPORT_STATES, exportFields, exportTtl } from "../../kernel/export/export-fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { PlatformName } from "../platform/social-platform.ts";
import { social } from "../table.ts";

const ListKind = z.enum(["posts", "conversions"]);

/** A file that is written for somebody to take away. README, Exports. */
export const SocialExport = entity(social, "SocialExport", {
  fields: () => ({
    ...exportFields,
    kind: z.enum(["person", ...ListKind.options]),
    /** Whom an export of kind `person` is about; gone when they are erased. */
    platform: PlatformName.optional(),
    platform_user_id: z.string().min(1).max(100).optional(),
  }),
  key: ["{org_id}#X#{id}", "X"],
  indexes: { all: { on: "gsi1", pk: "{org_id}#XS", sk: "{id}" } },
  server: [...EXPORT_SERVER],
  hidden: [...EXPORT_HIDDEN],
  states: EXPORT_STATES,
  ttl: exportTtl,
});
export type SocialExport = Item<typeof SocialExport>;

/** A list of the org's, as it is ordered. */
export const NewExport = z.strictObject({ kind: ListKind, format: exportFields.format });
export type NewExport = z.output<typeof NewExport>;
