import * as z from "zod";
import { id, metadata, newId, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";
import { actionUrl } from "./action-url.ts";

export const NotificationType = z.enum(["info", "success", "warning", "error", "submission", "inquiry", "queue", "support"]);
export type NotificationType = z.output<typeof NotificationType>;

/**
 * What one person is told. `seq` is its place in the person's inbox, dense and in the order of writing, so that whoever
 * polls after a number misses none. The unique id, made of event and recipient, is what tells it once. Expired ones are
 * removed by a job, with their count. README, Notifications.
 */
export const Notification = entity(soundcloud, "Notification", {
  fields: () => ({
    org_id: id,
    id: newId,
    user_id: id,
    seq: z.int().min(1),
    title: z.string().trim().min(1).max(200),
    message: z.string().trim().min(1).max(2000),
    type: NotificationType.default("info"),
    read: z.boolean().default(false),
    action_url: actionUrl.optional(),
    metadata: metadata.default({}),
    expires_at: timestamp,
  }),
  key: ["{org_id}#N#{user_id}", "{seq:10}"],
  indexes: {
    unread: { on: "gsi3", pk: "{org_id}#NU#{user_id}", sk: "{seq:10}", when: { read: false } },
    expiring: { on: "gsi4", pk: "{org_id}#NX", sk: "{expires_at}#{id}" },
  },
  unique: { id: "{org_id}#{id}" },
  server: ["id", "read", "expires_at"],
});
export type Notification = Item<typeof Notification>;
