import * as z from "zod";
import { Membership } from "../../identity/membership/membership.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { unprocessable } from "../../kernel/errors.ts";
import { Notification } from "./notification.ts";
import { deliverNotification } from "./deliver-notification.ts";

export const NewNotification = z.strictObject({
  user_id: z.uuid(),
  ...Notification.api.create.pick({ title: true, message: true, type: true, action_url: true, metadata: true }).shape,
});
export type NewNotification = z.output<typeof NewNotification>;

/** Tells something to one person of the org. Throws DomainError `unknown_user`. */
export const createNotification = async (ctx: OrgCtx, { user_id, ...notice }: NewNotification): Promise<Notification> => {
  if (!(await Membership.find(ctx, { org_id: ctx.org_id, user_id })))
    throw unprocessable("unknown_user", "user_id is nobody of the org.", [
      { pointer: "/user_id", code: "unknown_user", detail: "Choose one of the org's members." },
    ]);
  return deliverNotification(ctx, user_id, notice, ctx.ids.uuid());
};
