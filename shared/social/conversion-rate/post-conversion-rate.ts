import * as z from "zod";
import { date, id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";

const count = z.int().min(0);

/** How many distinct persons engaged with a post in the days before `date`, and how many conversions had it as their last touch. README, Conversion rate. */
export const PostConversionRate = entity(social, "PostConversionRate", {
  fields: {
    org_id: id,
    post_id: id,
    /** The night that counted. */
    date,
    from: date,
    to: date,
    engaged_users: count,
    conversions: count,
    /** Those of them that are subscriptions. */
    subscriptions: count,
    /** Epoch seconds; no night counts it any more once it reaches beyond the window. */
    expires_at: z.int(),
  },
  key: ["{org_id}#CRP#{post_id}", "CRP"],
  hidden: ["expires_at"],
  ttl: ({ expires_at }) => expires_at,
});
export type PostConversionRate = Item<typeof PostConversionRate>;
