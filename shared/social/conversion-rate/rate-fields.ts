import * as z from "zod";
import { date, id } from "../../kernel/fields.ts";

const count = z.int().min(0);

/** What a night counts, of a post or of an org. README, Conversion rate. */
export const rateFields = {
  org_id: id,
  /** The night that counted. */
  date,
  from: date,
  to: date,
  engaged_users: count,
  /** Refunds take none away. */
  conversions: count,
  /** Those of them that are subscriptions. */
  subscriptions: count,
  expires_at: z.int(),
} as const;
