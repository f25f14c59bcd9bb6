import * as z from "zod";
import { id } from "../../kernel/fields.ts";
import { uuidOf } from "../../kernel/ids.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";
import { TrendPlatform } from "./topic.ts";

/** Somebody whose mentions are not counted, for example a bot. README, Moderation. */
export const FlaggedPerson = entity(social, "FlaggedPerson", {
  fields: () => ({
    org_id: id,
    /** A digest of network and person: a person is flagged once, and known again without being named. */
    id,
    platform: TrendPlatform,
    /** Gone when the person is erased; the flag holds. */
    platform_user_id: z.string().min(1).max(100).optional(),
  }),
  // Every mention looks here, twice.
  key: ["{org_id}#FP#{%4}", "{id}"],
});
export type FlaggedPerson = Item<typeof FlaggedPerson>;

export const flaggedIdOf = ({ platform, platform_user_id }: { readonly platform: TrendPlatform; readonly platform_user_id: string }): string =>
  uuidOf(`flagged/${platform}/${platform_user_id}`);
