import type { Ctx } from "../../kernel/context.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { SendMail } from "../../../events/identity/send-mail.v1.ts";
import { takeMail } from "../mail/mail-window.ts";

/** The envelope's org of what concerns an address rather than an org. */
const NO_ORG = "00000000-0000-0000-0000-000000000000";

/**
 * Orders a reset mail without looking the address up: whether there is an account is decided by the worker, so answer
 * and time are the same for every address.
 */
export const requestPasswordReset = async (ctx: Ctx & { readonly commands: Commands }, { email }: { email: string }): Promise<void> => {
  await takeMail(ctx, email);
  await ctx.commands.send(ctx, SendMail, NO_ORG, [{ template: "reset_password", email }]);
};
