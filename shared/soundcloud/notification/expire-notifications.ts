import type { OrgCtx } from "../../kernel/context.ts";
import { isDomainError } from "../../kernel/errors.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import { every } from "../../kernel/table/every.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { soundcloud } from "../table.ts";
import { Inbox, isRead } from "./inbox.ts";
import { Notification } from "./notification.ts";

/** Nothing is begun with less time than this; the next run goes on. */
const STOP_MS = 15_000;

/** Removes a notification with its part in the count. Removed before, nothing changes. */
export const removeNotification = (ctx: OrgCtx, { org_id, id, user_id }: Notification): Promise<void> =>
  contend(async () => {
    const [stored, inbox] = await Promise.all([Notification.by.id(ctx, { org_id, id }), Inbox.find(ctx, { org_id, user_id }, { consistent: true })]);
    if (!stored) return;
    const counted = inbox && !isRead(stored, inbox) ? Inbox.writes.patch(ctx, inbox, { unread: inbox.unread - 1 }) : [];
    try {
      await transact(ctx, soundcloud, [...counted, ...Notification.writes.delete(ctx, stored)], { pattern: "notifications.remove" });
    } catch (error) {
      // Another run removed it first, which is all that was wanted.
      if (!isDomainError(error, "not_found")) throw error;
    }
  });

/** Removes what has expired, the oldest first. */
export const expireNotifications = async (ctx: OrgJobCtx): Promise<void> => {
  const until = { expires_at: ctx.clock.now().toISOString() };
  for await (const notification of every((page) => Notification.query.expiring(ctx, { org_id: ctx.org_id }, { ...page, to: until }))) {
    if (ctx.remaining_ms() < STOP_MS) return;
    await removeNotification(ctx, notification);
  }
};
