import * as z from "zod";
import { command } from "../envelope.ts";

/** Never holds an address or a text: both are read from the log, and an erasure meanwhile holds. */
export const SendEmail = command("soundcloud.send-email.v1", "Hand one queued mail to the mail service.", z.strictObject({ email_log_id: z.uuid() }), {
  email_log_id: "0199b1f0-7c00-7000-8000-000000000030",
});
