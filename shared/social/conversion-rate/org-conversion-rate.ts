import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";
import { rateFields } from "./rate-fields.ts";

/** How many distinct persons engaged with any post of an org in the days before `date`, and how many conversions had a touch of any. README, Conversion rate. */
export const OrgConversionRate = entity(social, "OrgConversionRate", {
  fields: () => rateFields,
  key: ["{org_id}#CRO", "{date}"],
  hidden: ["expires_at"],
  ttl: ({ expires_at }) => expires_at,
});
export type OrgConversionRate = Item<typeof OrgConversionRate>;
