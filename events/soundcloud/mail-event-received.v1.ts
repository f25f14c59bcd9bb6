import { event } from "../envelope.ts";
import { ApplyMailEvent } from "./apply-mail-event.v1.ts";

/** Names a mail by its ids only: no address, no text. */
export const MailEventReceived = event(
  "soundcloud.mail-event-received.v1",
  "The mail service told of a mail: that it was delivered, opened, bounced and the like.",
  ApplyMailEvent.data,
  ApplyMailEvent.example,
);
