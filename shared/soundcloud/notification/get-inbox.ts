import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { Inbox } from "./inbox.ts";
import { recipientOf } from "./recipient.ts";

/** How many notifications a person has not read, and the last one's `seq`, from which to poll. */
export const InboxView = z.object({ user_id: z.uuid(), unread: z.int().min(0), last_seq: z.int().min(0) });
export type InboxView = z.output<typeof InboxView>;

export const inboxView = (user_id: string, inbox: Inbox | undefined): InboxView => ({ user_id, unread: inbox?.unread ?? 0, last_seq: inbox?.seq ?? 0 });

/** Throws DomainError not_found for somebody else's. */
export const getInbox = async (ctx: OrgCtx, user_id: string | undefined): Promise<InboxView> => {
  const recipient = recipientOf(ctx, user_id);
  return inboxView(recipient, await Inbox.find(ctx, { org_id: ctx.org_id, user_id: recipient }, { consistent: true }));
};
