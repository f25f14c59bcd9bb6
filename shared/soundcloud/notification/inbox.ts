import * as z from "zod";
import { id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";
import type { Notification } from "./notification.ts";

const count = z.int().min(0).default(0);

/** The counts of a person's notifications, kept in the transactions that change them. README, Notifications. */
export const Inbox = entity(soundcloud, "Inbox", {
  fields: () => ({
    org_id: id,
    user_id: id,
    /** The last notification's. */
    seq: count,
    unread: count,
    /** Everything up to here is read, whatever the notification itself says. */
    read_through: count,
  }),
  key: ["{org_id}#NB#{user_id}", "NB"],
  indexes: { all: { on: "gsi1", pk: "{org_id}#NBS", sk: "{user_id}" } },
});
export type Inbox = Item<typeof Inbox>;

/** Whether a notification counts as read. */
export const isRead = ({ read, seq }: Pick<Notification, "read" | "seq">, inbox: Pick<Inbox, "read_through"> | undefined): boolean =>
  read || seq <= (inbox?.read_through ?? 0);
