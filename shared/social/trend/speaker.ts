import * as z from "zod";
import { id, newId } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";
import { TrendPlatform } from "./topic.ts";

/**
 * Under which number a person's mentions are counted: the only item that says whose it is. Without it the mentions and
 * their hours are those of nobody that could be named. README, Mentions.
 */
export const Speaker = entity(social, "Speaker", {
  fields: () => ({
    org_id: id,
    platform: TrendPlatform,
    platform_user_id: z.string().min(1).max(100),
    /** Random, so that nothing leads from it back to the person. */
    id: newId,
    /** Epoch seconds: behind all that is kept under the number. */
    expires_at: z.int().min(0),
  }),
  key: ["{org_id}#SPK#{platform}#{platform_user_id}", "SPK"],
  ttl: ({ expires_at }) => expires_at,
});
export type Speaker = Item<typeof Speaker>;
