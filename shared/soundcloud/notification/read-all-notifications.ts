import type { OrgCtx } from "../../kernel/context.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { soundcloud } from "../table.ts";
import { type InboxView, inboxView } from "./get-inbox.ts";
import { Inbox } from "./inbox.ts";
import { recipientOf } from "./recipient.ts";

const TRIES = 40;

/**
 * Marks everything that is in a person's inbox by now as read: one write, however much it is. What comes afterwards is
 * unread. Throws DomainError not_found for somebody else's.
 */
export const readAllNotifications = (ctx: OrgCtx, user_id: string | undefined): Promise<InboxView> => {
  const recipient = recipientOf(ctx, user_id);
  return contend(async () => {
    const inbox = await Inbox.find(ctx, { org_id: ctx.org_id, user_id: recipient }, { consistent: true });
    if (!inbox || inbox.unread === 0) return inboxView(recipient, inbox);
    // Under the version that was read: what came in between is not read.
    const read = { unread: 0, read_through: inbox.seq };
    await transact(ctx, soundcloud, Inbox.writes.patch(ctx, inbox, read), { pattern: "notifications.readAll" });
    return inboxView(recipient, { ...inbox, ...read });
  }, TRIES);
};
