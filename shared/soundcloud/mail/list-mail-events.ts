import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { MailEvent } from "./mail-event.ts";

export const MailEventFilter = z
  .strictObject({ message_id: z.string().max(200).optional(), object_id: z.uuid().optional() })
  .refine(({ message_id, object_id }) => message_id === undefined || object_id === undefined, "gives one of message_id and object_id at most");
type MailEventFilter = z.output<typeof MailEventFilter>;

/** What the mail service told, the latest first: of one message, of the mails about one object, or of all. */
export const listMailEvents = (ctx: OrgCtx, { message_id, object_id }: MailEventFilter, page: PageRequest): Promise<PageOf<MailEvent>> => {
  const { org_id } = ctx;
  const options = { ...page, desc: true };
  if (message_id !== undefined) return MailEvent.query.byMessage(ctx, { org_id, message_id }, options);
  if (object_id !== undefined) return MailEvent.query.byObject(ctx, { org_id, object_id }, options);
  return MailEvent.query.all(ctx, { org_id }, options);
};
