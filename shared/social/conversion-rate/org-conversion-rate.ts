import * as z from "zod";
import { date, id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";

const count = z.int().min(0);

/** How many distinct persons engaged with any post of an org in the days before `date`, and how many conversions they led to. README, Conversion rate. */
export const OrgConversionRate = entity(social, "OrgConversionRate", {
  fields: {
    org_id: id,
    /** The night that counted. */
    date,
    from: date,
    to: date,
    engaged_users: count,
    /** With a touch of a post; refunds take none away. */
    conversions: count,
    /** Those of them that are subscriptions. */
    subscriptions: count,
    expires_at: z.int(),
  },
  key: ["{org_id}#CRO", "{date}"],
  hidden: ["expires_at"],
  ttl: ({ expires_at }) => expires_at,
});
export type OrgConversionRate = Item<typeof OrgConversionRate>;
