import * as z from "zod";
import { date, id, newId } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";
import { Platform } from "./member-account.ts";

/** A jump of an account's follower count that ops should look at; it blocks nothing. One per account and day. README, Followers. */
export const FollowerFlag = entity(soundcloud, "FollowerFlag", {
  fields: () => ({
    org_id: id,
    id: newId,
    member_id: id,
    platform: Platform,
    counted_on: date,
    follower_count: z.int().min(0),
    counted_before_on: date,
    follower_count_before: z.int().min(0),
  }),
  key: ["{org_id}#FF", "{counted_on}#{member_id}#{platform}"],
  indexes: { byMember: { on: "gsi3", pk: "{org_id}#FM#{member_id}", sk: "{counted_on}#{platform}" } },
});
export type FollowerFlag = Item<typeof FollowerFlag>;
