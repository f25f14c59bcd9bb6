import * as z from "zod";
import { date, id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";
import { Platform } from "./member-account.ts";

/** How many followed an account on a UTC day, by the last sync of that day. README, Followers. */
export const FollowerCount = entity(soundcloud, "FollowerCount", {
  fields: () => ({
    org_id: id,
    member_id: id,
    platform: Platform,
    counted_on: date,
    follower_count: z.int().min(0),
  }),
  key: ["{org_id}#FC#{member_id}#{platform}", "{counted_on}"],
});
export type FollowerCount = Item<typeof FollowerCount>;
