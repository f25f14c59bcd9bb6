import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { id } from "../../kernel/fields.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { Inbox, isRead } from "./inbox.ts";
import { Notification } from "./notification.ts";
import { recipientOf } from "./recipient.ts";

export const NotificationFilter = z
  .strictObject({
    user_id: id.optional(),
    unread: z.literal("true").optional(),
    after: z
      .string()
      .regex(/^\d{1,9}$/, "after is the seq of a notification")
      .optional(),
  })
  .refine(({ unread, after }) => unread === undefined || after === undefined, "gives one of unread and after at most");
type NotificationFilter = z.output<typeof NotificationFilter>;

const select = (
  ctx: OrgCtx,
  user_id: string,
  { unread, after }: NotificationFilter,
  inbox: Inbox | undefined,
  page: PageRequest,
): Promise<PageOf<Notification>> => {
  const at = { org_id: ctx.org_id, user_id };
  // A read through the table's own key sees each write that was acknowledged before: whoever polls misses none.
  if (after !== undefined) return Notification.list(ctx, at, { ...page, from: { seq: Number(after) + 1 }, consistent: true });
  if (unread !== undefined) return Notification.query.unread(ctx, at, { ...page, from: { seq: (inbox?.read_through ?? 0) + 1 }, desc: true });
  return Notification.list(ctx, at, { ...page, desc: true });
};

/** A person's notifications, the newest first; after a `seq`, what came since in its order. Throws DomainError not_found. */
export const listNotifications = async (ctx: OrgCtx, filter: NotificationFilter, page: PageRequest): Promise<PageOf<Notification>> => {
  const user_id = recipientOf(ctx, filter.user_id);
  const inbox = await Inbox.find(ctx, { org_id: ctx.org_id, user_id }, { consistent: true });
  const { items, position } = await select(ctx, user_id, filter, inbox, page);
  const now = ctx.clock.now().toISOString();
  return { items: items.filter(({ expires_at }) => expires_at > now).map((one) => ({ ...one, read: isRead(one, inbox) })), position };
};
