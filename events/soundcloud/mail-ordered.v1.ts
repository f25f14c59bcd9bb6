import * as z from "zod";
import { event } from "../envelope.ts";

/** Holds no address and no text, as the command does not. */
export const MailOrdered = event(
  "soundcloud.mail-ordered.v1",
  "A mail that ops sent by hand waits to be handed to the mail service.",
  z.strictObject({ email_log_id: z.uuid() }),
  { email_log_id: "0199b1f0-7c00-7000-8000-000000000030" },
);
