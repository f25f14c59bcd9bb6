import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { MailEvent } from "./mail-event.ts";

export const MailEventFilter = z
  .strictObject({ message_id: z.string().max(200).optional(), object_id: z.uuid().optional() })
  .refine(({ message_id, object_id }) => (message_id === undefined) !== (object_id === undefined), "gives either message_id or object_id");
type MailEventFilter = z.output<typeof MailEventFilter>;

/** What the mail service told of one message, or of all mails about one object, in order of when it happened. */
export const listMailEvents = (ctx: OrgCtx, { message_id, object_id }: MailEventFilter, page: PageRequest): Promise<PageOf<MailEvent>> => {
  const { org_id } = ctx;
  return message_id === undefined
    ? MailEvent.query.byObject(ctx, { org_id, object_id: object_id! }, page)
    : MailEvent.query.byMessage(ctx, { org_id, message_id }, page);
};
