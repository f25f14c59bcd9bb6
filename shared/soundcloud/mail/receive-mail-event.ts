import * as z from "zod";
import { MailEventReceived } from "../../../events/soundcloud/mail-event-received.v1.ts";
import type { Ctx } from "../../kernel/context.ts";
import { uuidOf } from "../../kernel/ids.ts";
import { transact } from "../../kernel/table/table.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import type { ResendEvent } from "./resend-event.ts";

const OF_MAIL = "email.";
const Id = z.uuid();
const word = (text: string | undefined): string | undefined => text?.slice(0, 100);

/**
 * Takes a message of the mail service in: what it says of a mail of an org becomes an event in the transaction that
 * remembers the message. What concerns no org's mail, such as a domain or a mail of identity's, is let pass.
 */
export const receiveMailEvent = async (ctx: Ctx, { type, created_at, data }: ResendEvent, message_id: string): Promise<void> => {
  const { email_id, tags = {}, bounce, failed, suppressed } = data;
  const org_id = Id.safeParse(tags["org_id"]).data;
  if (!type.startsWith(OF_MAIL) || email_id === undefined || org_id === undefined) return;
  const told = {
    id: uuidOf(`resend/${message_id}`),
    event_type: type.slice(OF_MAIL.length),
    at: new Date(created_at).toISOString(),
    message_id: email_id,
    message_key: Id.safeParse(tags["message_key"]).data,
    bounce_type: word(bounce?.type),
    bounce_subtype: word(bounce?.subType),
    reason: word(failed?.reason ?? suppressed?.type),
  };
  const within = Object.create(ctx, { org_id: { value: org_id } }) as Ctx & { readonly org_id: string };
  await transact(ctx, soundcloud, soundcloudSystem.emit(within, MailEventReceived, told), { pattern: "mail.receiveEvent" });
};
