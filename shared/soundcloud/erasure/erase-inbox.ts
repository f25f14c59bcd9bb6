import type { OrgCtx } from "../../kernel/context.ts";
import { isDomainError } from "../../kernel/errors.ts";
import { every } from "../../kernel/table/every.ts";
import { removeNotification } from "../notification/expire-notifications.ts";
import { Inbox } from "../notification/inbox.ts";
import { Notification } from "../notification/notification.ts";
import type { EraseCtx, Erasure, Progress } from "./erasure.ts";

/** Removes everything that a person was told, and the count of it last. Repeating it changes nothing. */
export const eraseInboxOf = async (ctx: OrgCtx, user_id: string): Promise<void> => {
  const at = { org_id: ctx.org_id, user_id };
  for await (const one of every((page) => Notification.list(ctx, at, { ...page, consistent: true }))) await removeNotification(ctx, one);
  try {
    await Inbox.delete(ctx, at);
  } catch (error) {
    if (!isDomainError(error, "not_found")) throw error;
  }
};

export const eraseInbox = async (ctx: EraseCtx, { texts: { user_id } }: Erasure): Promise<Progress | undefined> => {
  if (user_id !== undefined) await eraseInboxOf(ctx, user_id);
  return undefined;
};
