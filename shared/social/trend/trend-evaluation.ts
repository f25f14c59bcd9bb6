import * as z from "zod";
import { id, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";
import { TrendPlatform } from "./topic.ts";

const KEEP_S = 30 * 86_400;
const HOUR_S = 3600;

/** That the trends of a network were evaluated at an hour, and what was there. Hours are evaluated in their order. README, Trends. */
export const TrendEvaluation = entity(social, "TrendEvaluation", {
  fields: {
    org_id: id,
    platform: TrendPlatform,
    /** Hours since 1970. */
    hour: z.int().min(0),
    evaluated_at: timestamp,
    /** Topics with any mention that counted. */
    topics: z.int().min(0),
    /** Topics that passed the least count. */
    detected: z.int().min(0),
    /** Of these, the ones that grew fastest and were kept. */
    kept: z.int().min(0),
  },
  key: ["{org_id}#TE#{platform}", "{hour:8}"],
  ttl: ({ hour }) => hour * HOUR_S + KEEP_S,
});
export type TrendEvaluation = Item<typeof TrendEvaluation>;
