import type { OrgCtx } from "../../kernel/context.ts";
import { notFound } from "../../kernel/errors.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { soundcloud } from "../table.ts";
import { Inbox, isRead } from "./inbox.ts";
import { Notification } from "./notification.ts";
import { recipientOf } from "./recipient.ts";

/** A notification as far as the caller may see it. Throws DomainError not_found. */
const visible = async (ctx: OrgCtx, id: string): Promise<{ notification: Notification; inbox: Inbox }> => {
  const { org_id } = ctx;
  const notification = await Notification.by.id(ctx, { org_id, id });
  if (!notification || notification.expires_at <= ctx.clock.now().toISOString()) throw notFound("notification");
  const { user_id } = notification;
  recipientOf(ctx, user_id);
  return { notification, inbox: await Inbox.get(ctx, { org_id, user_id }, { consistent: true }) };
};

export const getNotification = async (ctx: OrgCtx, id: string): Promise<Notification> => {
  const { notification, inbox } = await visible(ctx, id);
  return { ...notification, read: isRead(notification, inbox) };
};

/** Marks one as read, and counts it, in one transaction. Read before, nothing changes. Throws DomainError not_found. */
export const readNotification = (ctx: OrgCtx, id: string): Promise<Notification> =>
  contend(async () => {
    const { notification, inbox } = await visible(ctx, id);
    if (isRead(notification, inbox)) return { ...notification, read: true };
    const writes = [...Inbox.writes.patch(ctx, inbox, { unread: inbox.unread - 1 }), ...Notification.writes.patch(ctx, notification, { read: true })];
    await transact(ctx, soundcloud, writes, { pattern: "notifications.read" });
    return getNotification(ctx, id);
  });
