import * as z from "zod";
import { id } from "../../kernel/fields.ts";
import { uuidOf } from "../../kernel/ids.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";
import { TrendPlatform } from "./topic.ts";

/** Somebody whose mentions are not counted, for example a bot. README, Moderation. */
export const FlaggedPerson = entity(social, "FlaggedPerson", {
  fields: {
    org_id: id,
    /** That of network and person: a person is flagged once. */
    id,
    platform: TrendPlatform,
    platform_user_id: z.string().min(1).max(100),
  },
  // Every mention looks here, twice.
  key: ["{org_id}#FP#{%4}", "{id}"],
});
export type FlaggedPerson = Item<typeof FlaggedPerson>;

export const flaggedIdOf = ({ platform, platform_user_id }: Pick<FlaggedPerson, "platform" | "platform_user_id">): string =>
  uuidOf(`flagged/${platform}/${platform_user_id}`);
