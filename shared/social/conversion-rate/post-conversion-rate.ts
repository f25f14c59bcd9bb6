import { id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";
import { rateFields } from "./rate-fields.ts";

/** How many distinct persons engaged with a post in the days before `date`, and how many conversions had it as their last touch. README, Conversion rate. */
export const PostConversionRate = entity(social, "PostConversionRate", {
  fields: () => ({
    ...rateFields,
    post_id: id,
  }),
  key: ["{org_id}#CRP#{post_id}", "CRP"],
  hidden: ["expires_at"],
  ttl: ({ expires_at }) => expires_at,
});
export type PostConversionRate = Item<typeof PostConversionRate>;
