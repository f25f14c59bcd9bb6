import * as z from "zod";
import { id, newId, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { CountedKind } from "../analytics/post-insight.ts";
import { PlatformName } from "../platform/social-platform.ts";
import { social } from "../table.ts";

/** An account of the org at a network: what posts are published on and read from. README, Accounts. */
export const SocialAccount = entity(social, "SocialAccount", {
  fields: () => ({
    org_id: id,
    id: newId,
    platform: PlatformName,
    /** The network's own id of it. */
    external_id: z.string().trim().min(1).max(100),
    username: z.string().trim().min(1).max(100),
    /** As last read from the network; absent while it has not said. */
    follower_count: z.int().min(0).optional(),
    followers_read_at: timestamp.optional(),
    /** Sealed by the vault; written, never read back. */
    access_token: z.string().max(8000).optional(),
    token_expires_at: timestamp.optional(),
    /** What the access token is renewed with; sealed likewise. */
    refresh_token: z.string().max(8000).optional(),
    /** Until when somebody is renewing the token. */
    renewing_until: timestamp.optional(),
    status: z.enum(["connected", "needs_reconnect", "disconnected"]).default("disconnected"),
    last_error: z.string().max(500).optional(),
    /** Kinds of which anything of its posts was ever counted here: of these the counters have to be what the network says. */
    counted_kinds: z.array(CountedKind).optional(),
  }),
  key: ["{org_id}#A", "{id}"],
  unique: { external: "{org_id}#{platform}#{external_id}" },
  server: ["follower_count", "followers_read_at", "status", "last_error", "renewing_until", "counted_kinds"],
  immutable: ["platform", "external_id"],
  hidden: ["access_token", "refresh_token", "renewing_until", "counted_kinds"],
});
export type SocialAccount = Item<typeof SocialAccount>;
