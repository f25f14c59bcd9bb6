import type { OrgCtx } from "../../kernel/context.ts";
import { contend, stillMissing, transact } from "../../kernel/table/table.ts";
import { soundcloud } from "../table.ts";
import { Inbox } from "./inbox.ts";
import { Notification, type NotificationType } from "./notification.ts";

const KEPT_MS = 90 * 24 * 3_600_000;
/** Everything for one person goes through one inbox: many events at once wait for each other. */
const TRIES = 40;

/** What somebody is told, without whom. */
export interface Notice {
  readonly title: string;
  readonly message: string;
  readonly type?: NotificationType;
  readonly action_url?: string | undefined;
  readonly metadata?: Notification["metadata"];
}

/**
 * Puts a notification into a person's inbox and counts it, in one transaction. The same id again changes nothing; returns
 * the notification in both cases. It is kept for 90 days.
 */
export const deliverNotification = (ctx: OrgCtx, user_id: string, { action_url, ...notice }: Notice, id: string): Promise<Notification> =>
  contend(async () => {
    const { org_id } = ctx;
    const [told, inbox] = await Promise.all([Notification.by.id(ctx, { org_id, id }), Inbox.find(ctx, { org_id, user_id }, { consistent: true })]);
    if (told) return told;
    const seq = (inbox?.seq ?? 0) + 1;
    const expires_at = new Date(ctx.clock.now().getTime() + KEPT_MS).toISOString();
    const notification = Notification.draft(ctx, { ...notice, ...(action_url === undefined ? {} : { action_url }), org_id, id, user_id, seq, expires_at });
    const counted = inbox
      ? Inbox.writes.patch(ctx, inbox, { seq, unread: inbox.unread + 1 })
      : stillMissing(Inbox.writes.create(ctx, { org_id, user_id, seq, unread: 1 }));
    const told_now = stillMissing(Notification.writes.put(ctx, notification));
    await transact(ctx, soundcloud, [...counted, ...told_now], { pattern: "notifications.deliver", result: notification });
    return notification;
  }, TRIES);
