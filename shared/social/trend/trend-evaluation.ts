import * as z from "zod";
import { id, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";
import { TrendPlatform } from "./topic.ts";

const KEEP_S = 30 * 86_400;
const HOUR_S = 3600;

/**
 * The evaluation of a network's trends at an hour, and what was there. Hours are evaluated in their order, each by one
 * run at a time: whoever takes it over locks out the one before. README, Trends.
 */
export const TrendEvaluation = entity(social, "TrendEvaluation", {
  fields: () => ({
    org_id: id,
    platform: TrendPlatform,
    /** Hours since 1970. */
    hour: z.int().min(0),
    evaluated_at: timestamp,
    status: z.enum(["running", "completed"]).default("running"),
    /** Topics with any mention that counted; this and the following once it is completed. */
    topics: z.int().min(0).optional(),
    /** Topics that passed the least count. */
    detected: z.int().min(0).optional(),
    /** Of these, the ones that grew fastest and were kept. */
    kept: z.int().min(0).optional(),
    /** Who may write while it runs. */
    run: id.optional(),
    lease_until: timestamp.optional(),
  }),
  key: ["{org_id}#TE#{platform}", "{hour:8}"],
  hidden: ["run", "lease_until"],
  ttl: ({ hour }) => hour * HOUR_S + KEEP_S,
});
export type TrendEvaluation = Item<typeof TrendEvaluation>;
