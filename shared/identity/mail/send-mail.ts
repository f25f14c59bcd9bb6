import type { DataOf } from "../../../events/envelope.ts";
import type { SendMail } from "../../../events/identity/send-mail.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { newToken, sha256 } from "../../kernel/crypto/tokens.ts";
import type { SecretContext, Vault } from "../../kernel/crypto/vault.ts";
import { DomainError, isDomainError } from "../../kernel/errors.ts";
import type { Failure } from "../../kernel/outcome.ts";
import { secondsFrom } from "../session/tokens.ts";
import type { Letterhead, Mailer } from "./mailer.ts";
import { type Occasion, occasionOf } from "./occasion.ts";
import { OneTimeToken } from "./one-time-token.ts";
import { MAIL_PREFIX } from "./use-token.ts";

export type MailCtx = OrgCtx & { readonly mailer: Mailer; readonly vault: Vault; readonly letterhead: Letterhead };

/**
 * Sends the mail of an order, once however often the order is delivered: its token is made by the first delivery and
 * kept sealed until the mail is handed over, so that a repetition sends the very same mail under the same key.
 * Throws DomainError `mail_not_sent` when the order should be delivered again.
 */
export const sendMail = async (ctx: MailCtx, order: DataOf<typeof SendMail>): Promise<void> => {
  const occasion = await occasionOf(ctx, order);
  if (!occasion) return ctx.log.info("A mail has lost its reason and was not sent.", { template: order.template });
  const token = await tokenFor(ctx, occasion);
  if (token.sealed === undefined) return;
  const { from, public_url } = ctx.letterhead;
  const content = occasion.write({ public_url, token: await ctx.vault.open(ctx, token.sealed, sealedIn(ctx, token.id)) });
  const outcome = await ctx.mailer.send({ from, to: occasion.to, ...content }, token.id);
  if (outcome.kind !== "ok" && !wentOut(outcome)) throw notSent(order.template, outcome);
  await OneTimeToken.patch(ctx, { id: token.id }, { sealed: null });
};

/** The service has a mail under this key: an earlier delivery sent it, before a name in it changed. */
const wentOut = (outcome: Failure): boolean => outcome.kind === "permanent" && outcome.code === "invalid_idempotent_request";

/** Refusals for good end in the dead-letter queue too: after a rejected API key was replaced, the mails go out from there. */
const notSent = (template: string, outcome: Failure): DomainError =>
  new DomainError(
    "unavailable",
    "mail_not_sent",
    `The mail ${template} was not handed over: ${outcome.kind}${outcome.kind === "permanent" ? ` (${outcome.code})` : ""}. Deliver the order again.`,
  );

/** The token of this order: the one an earlier delivery made, or a new one. */
const tokenFor = async (ctx: MailCtx, { to, purpose, lifetime_s, about }: Occasion): Promise<OneTimeToken> => {
  const id = ctx.request_id;
  const known = await OneTimeToken.find(ctx, { id }, { consistent: true });
  if (known) return known;
  const text = newToken(ctx.ids, MAIL_PREFIX, id);
  const now = ctx.clock.now();
  try {
    return await OneTimeToken.create(ctx, {
      id,
      purpose,
      email: to,
      ...about,
      hash: sha256(text),
      sealed: await ctx.vault.seal(ctx, text, sealedIn(ctx, id)),
      issued_at: now.toISOString(),
      expires_at: secondsFrom(now, lifetime_s),
    });
  } catch (error) {
    if (!isDomainError(error, "already_exists")) throw error;
    return OneTimeToken.get(ctx, { id }, { consistent: true });
  }
};

const sealedIn = (ctx: OrgCtx, id: string): SecretContext => ({ org_id: ctx.org_id, entity: "OneTimeToken", id, field: "sealed" });
