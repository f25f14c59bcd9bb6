import * as z from "zod";
import { id, newId } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";
import { Platform } from "./member-account.ts";

export const avoidedHandle = z.string().trim().toLowerCase().min(1).max(255);
export const avoidReason = z.string().max(1000);

/** A handle that a member is never matched with, in either direction. The reason is for ops only. */
export const AvoidListItem = entity(soundcloud, "AvoidListItem", {
  fields: () => ({
    org_id: id,
    id: newId,
    member_id: id,
    avoided_handle: avoidedHandle,
    platform: Platform.default("soundcloud"),
    reason: avoidReason.optional(),
  }),
  key: ["{org_id}#M#{member_id}", "V#{platform}#{avoided_handle}"],
  server: ["id"],
});
export type AvoidListItem = Item<typeof AvoidListItem>;
