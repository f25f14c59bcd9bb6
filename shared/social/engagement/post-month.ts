import * as z from "zod";
import { id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";

/** That a post has stored events in a month, and how many: what the archive of the month goes through. README, Archive. */
export const PostMonth = entity(social, "PostMonth", {
  fields: () => ({
    org_id: id,
    month: z.string().regex(/^\d{4}-\d{2}$/),
    post_id: id,
    events: z.int().min(0).default(0),
  }),
  key: ["{org_id}#EM#{month}", "{post_id}"],
});
export type PostMonth = Item<typeof PostMonth>;
