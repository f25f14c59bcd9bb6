import * as z from "zod";
import { id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";
import { TrendPlatform } from "./topic.ts";

/** Somebody whose mentions are not counted, for example a bot. README, Moderation. */
export const FlaggedPerson = entity(social, "FlaggedPerson", {
  fields: { org_id: id, platform: TrendPlatform, platform_user_id: z.string().min(1).max(100) },
  key: ["{org_id}#FP#{platform}", "{platform_user_id}"],
});
export type FlaggedPerson = Item<typeof FlaggedPerson>;
