import type { Ctx } from "../../kernel/context.ts";
import { sha256 } from "../../kernel/crypto/tokens.ts";
import { giveBackToWindow, takeFromWindow } from "../../kernel/http/rate-limit.ts";
import { identity } from "../table.ts";

const FAILURES = { max: 10, per_seconds: 15 * 60 };

/**
 * Counts an attempt against the address and the caller's IP before the password is looked at, so that parallel guesses
 * cannot slip past the limit together. The address is stored as a hash: unknown ones are limited too.
 */
export const takeSignInAttempt = async (ctx: Ctx, email: string): Promise<void> => {
  for (const subject of subjectsOf(ctx, email)) await takeFromWindow(ctx, identity.id, subject, FAILURES);
};

/** A right password is no failure: its attempt is given back. */
export const giveBackSignInAttempt = async (ctx: Ctx, email: string): Promise<void> => {
  for (const subject of subjectsOf(ctx, email)) await giveBackToWindow(ctx, identity.id, subject, FAILURES);
};

const subjectsOf = (ctx: Ctx, email: string): string[] => [`${sha256(email)}#sign_in`, `${ctx.http?.ip ?? "unknown"}#sign_in_failures`];
