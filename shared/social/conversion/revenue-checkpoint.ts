import * as z from "zod";
import { id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";
import { EARNED, type Earned } from "./post-revenue.ts";

/** Posts of one item, which stays below DynamoDB's 400 KB. */
export const CHECKPOINT_POSTS = 1_000;

const Sum = z.strictObject({ post_id: id, ...(Object.fromEntries(EARNED.map((counter) => [counter, z.int()])) as Record<keyof Earned, z.ZodInt>) });

/** What a recount of revenue had added up before it went on in another message. README, Reconciliation. */
export const RevenueCheckpoint = entity(social, "RevenueCheckpoint", {
  fields: () => ({
    org_id: id,
    /** Of one attempt, so that what another one left is not mixed with it. */
    checkpoint: id,
    part: z.int().min(0).max(9_999),
    sums: z.array(Sum).max(CHECKPOINT_POSTS),
    expires_at: z.int(),
  }),
  key: ["{org_id}#RCS#{checkpoint}", "{part:4}"],
  ttl: ({ expires_at }) => expires_at,
});
export type RevenueCheckpoint = Item<typeof RevenueCheckpoint>;
