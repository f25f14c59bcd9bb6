import * as z from "zod";
import type { Ctx } from "../../kernel/context.ts";
import { equalTexts } from "../../kernel/crypto/tokens.ts";
import type { Vault } from "../../kernel/crypto/vault.ts";
import { forbidden } from "../../kernel/errors.ts";
import { verifyTokens } from "./hook-secrets.ts";

const text = z.string().regex(/^[\x21-\x7e]{1,200}$/, "1 to 200 visible ASCII characters");

export const Confirmation = z.strictObject({ "hub.mode": z.literal("subscribe"), "hub.verify_token": text, "hub.challenge": text });
export type Confirmation = z.output<typeof Confirmation>;

/** Answers the challenge of an app that knows the org's token. Throws DomainError forbidden, the same for an org that does not exist. */
export const confirmHook = async (ctx: Ctx & { readonly vault: Vault }, org_id: string, asked: Confirmation): Promise<string> => {
  const tokens = await verifyTokens(ctx, org_id);
  if (!tokens.some((token) => equalTexts(token, asked["hub.verify_token"])))
    throw forbidden("wrong_verify_token", "This is not the token that the org has set for its app.");
  return asked["hub.challenge"];
};
