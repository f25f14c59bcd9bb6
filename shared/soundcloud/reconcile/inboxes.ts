import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { type Inbox, isRead } from "../notification/inbox.ts";
import { Notification } from "../notification/notification.ts";
import { type Difference, compare } from "./difference.ts";

/** Recomputes how many notifications a person has not read, and that none is beyond the last number. */
export const checkInbox = async (ctx: OrgCtx, inbox: Inbox): Promise<Difference[]> => {
  const { org_id, user_id } = inbox;
  let [unread, last] = [0, 0];
  for await (const one of every((page) => Notification.list(ctx, { org_id, user_id }, { ...page, limit: 1000, consistent: true }))) {
    last = Math.max(last, one.seq);
    if (!isRead(one, inbox)) unread += 1;
  }
  return compare("inbox", user_id, { unread: inbox.unread, seq: inbox.seq }, { unread, seq: Math.max(last, inbox.seq) });
};
