import type { Ctx } from "../../kernel/context.ts";
import { equalTexts, idsInToken, sha256 } from "../../kernel/crypto/tokens.ts";
import { type DomainError, unprocessable } from "../../kernel/errors.ts";
import { OneTimeToken, type Purpose } from "./one-time-token.ts";

export const MAIL_PREFIX = "gst_";

export const tokenNotValid = (): DomainError =>
  unprocessable("token_not_valid", "The token is unknown, expired or used; ask for a new mail.", [
    { pointer: "/token", code: "token_not_valid", detail: "Ask for a new mail and use the token in it." },
  ]);

/** The stored half of a mail's token, unexpired and for this purpose; it may have been used. Throws DomainError `token_not_valid`. */
export const getToken = async (ctx: Ctx, purpose: Purpose, text: string): Promise<OneTimeToken> => {
  const [id] = idsInToken(MAIL_PREFIX, 1, text) ?? [];
  const token = id && (await OneTimeToken.find(ctx, { id }, { consistent: true }));
  if (!token || token.purpose !== purpose || !equalTexts(sha256(text), token.hash)) throw tokenNotValid();
  if (Date.parse(token.expires_at) <= ctx.clock.now().getTime()) throw tokenNotValid();
  return token;
};

/** As `getToken`, and not used before. */
export const getUnusedToken = async (ctx: Ctx, purpose: Purpose, text: string): Promise<OneTimeToken> => {
  const token = await getToken(ctx, purpose, text);
  if (token.used_at !== undefined) throw tokenNotValid();
  return token;
};
