import * as z from "zod";
import { id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";
import { Month } from "./archived-month.ts";

/** One object of a copy: gzip of events as JSON, a line each, sorted by post and id. README, Archive. */
export const ArchivePart = entity(social, "ArchivePart", {
  fields: () => ({
    org_id: id,
    month: Month,
    copy: z.int().min(1),
    part: z.int().min(0),
    object_key: z.string().max(500),
    bytes: z.int().min(0),
    events: z.int().min(0),
    /** Over the lines, uncompressed. */
    sha256: z.string().max(64),
    /** The shape in which events were stored then. */
    shape: z.int().min(0),
  }),
  key: ["{org_id}#AP#{month}", "{copy:4}#{part:6}"],
});
export type ArchivePart = Item<typeof ArchivePart>;
