import * as z from "zod";
import { email, id } from "../../kernel/fields.ts";
import { SuppressionReason } from "./mail-suppression.ts";
import { templateValues } from "./template-fields.ts";

/** To whom a template is sent, exactly one of them, and what its variables stand for. */
export const SendInput = z
  .strictObject({ member_id: id.optional(), client_id: id.optional(), submission_id: id.optional(), variables: templateValues.default({}) })
  .refine(
    ({ member_id, client_id, submission_id }) => [member_id, client_id, submission_id].filter((one) => one !== undefined).length === 1,
    "Give exactly one of member_id, client_id and submission_id.",
  );
export type SendInput = z.output<typeof SendInput>;

/** The mails that wait to be handed over, and the addresses that take none. */
export const SentByHand = z.object({
  items: z.array(z.object({ email_log_id: id, recipient_email: email, subject: z.string() })),
  refused: z.array(z.object({ recipient_email: email, reason: SuppressionReason })),
});
export type SentByHand = z.output<typeof SentByHand>;
