import * as z from "zod";
import { id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";
import { Month } from "./archived-month.ts";

/** Where some events of one post lie in a part: a range of bytes that is read and unpacked alone. README, Archive. */
export const ArchiveSlice = entity(social, "ArchiveSlice", {
  fields: () => ({
    org_id: id,
    month: Month,
    post_id: id,
    copy: z.int().min(1),
    /** Id of its last event. */
    last: z.string().max(100),
    object_key: z.string().max(500),
    from: z.int().min(0),
    length: z.int().min(1),
    events: z.int().min(1),
    sha256: z.string().max(64),
    shape: z.int().min(0),
  }),
  key: ["{org_id}#AS#{month}#{post_id}", "{copy:4}#{last}"],
});
export type ArchiveSlice = Item<typeof ArchiveSlice>;
