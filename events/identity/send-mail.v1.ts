import * as z from "zod";
import { command } from "../envelope.ts";

/** Never holds a token: the worker makes it, so that none waits in a queue or an outbox. */
export const SendMail = command(
  "identity.send-mail.v1",
  "Send one transactional mail, if the reason for it still holds.",
  z.discriminatedUnion("template", [
    z.strictObject({ template: z.literal("verify_email"), user_id: z.uuid() }),
    z.strictObject({ template: z.literal("account_exists"), user_id: z.uuid() }),
    z.strictObject({ template: z.literal("reset_password"), email: z.email() }),
    z.strictObject({ template: z.literal("invitation"), invitation_id: z.uuid() }),
  ]),
  { template: "verify_email", user_id: "019e1b9a-7c00-7000-8000-000000000001" },
);
