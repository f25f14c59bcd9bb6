import * as z from "zod";
import { id, metadata, newId, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

export const Platform = z.enum(["soundcloud", "spotify"]);
export const ConnectionStatus = z.enum(["linked", "reconnect", "disconnected", "error"]);

/** A member's account on a platform: the source of follower counts and of the connection's health. One per platform. */
export const MemberAccount = entity(soundcloud, "MemberAccount", {
  fields: () => ({
    org_id: id,
    id: newId,
    member_id: id,
    platform: Platform,
    handle: z.string().trim().toLowerCase().min(1).max(255),
    follower_count: z.int().min(0).max(1_000_000_000).default(0),
    status: ConnectionStatus.default("linked"),
    last_synced_at: timestamp.optional(),
    connection_data: metadata.default({}),
  }),
  key: ["{org_id}#M#{member_id}", "A#{platform}"],
  unique: { handle: "{org_id}#{platform}#{handle}" },
  server: ["id", "last_synced_at"],
});
export type MemberAccount = Item<typeof MemberAccount>;
