import * as z from "zod";
import { event } from "../envelope.ts";

export const MailEventReceived = event(
  "soundcloud.mail-event-received.v1",
  "The mail service told of a mail: that it was delivered, opened, bounced and the like. It names ids only, no address and no text.",
  z.strictObject({
    /** Made of the service's own id of the event. */
    id: z.uuid(),
    /** `delivered` for the service's `email.delivered`. */
    event_type: z.string().max(100),
    at: z.iso.datetime(),
    message_id: z.string().max(200),
    message_key: z.uuid().optional(),
    bounce_type: z.string().max(100).optional(),
    bounce_subtype: z.string().max(100).optional(),
    reason: z.string().max(100).optional(),
  }),
  {
    id: "0199b1f0-7c00-7000-8000-000000000031",
    event_type: "delivered",
    at: "2026-11-20T10:00:01.000Z",
    message_id: "56761188-7520-42d8-8898-ff6fc54ce618",
    message_key: "0199b1f0-7c00-7000-8000-000000000030",
  },
);
