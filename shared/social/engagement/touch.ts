import * as z from "zod";
import { id, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { PlatformName } from "../platform/social-platform.ts";
import { social } from "../table.ts";

export const TouchType = z.enum(["view", "profile_visit", "website_click"]);
export type TouchType = z.output<typeof TouchType>;

/** What a known person did that is no stored event: kept for as long as conversions look back. README, Conversions. */
export const Touch = entity(social, "Touch", {
  fields: () => ({
    org_id: id,
    platform: PlatformName,
    platform_user_id: z.string().min(1).max(100),
    post_id: id,
    type: TouchType,
    at: timestamp,
    /** The network's own id, or the digest of post, type, person and time. */
    id: z.string().min(1).max(100),
    /** Epoch seconds after which no conversion looks at it. */
    expires_at: z.int().min(0),
  }),
  key: ["{org_id}#T#{platform}#{platform_user_id}", "{at}#{id}"],
  ttl: ({ expires_at }) => expires_at,
});
export type Touch = Item<typeof Touch>;
