import type { Ctx } from "../../kernel/context.ts";
import { sha256 } from "../../kernel/crypto/tokens.ts";
import { takeFromWindow } from "../../kernel/http/rate-limit.ts";
import { identity } from "../table.ts";

const MAILS = { max: 5, per_seconds: 3600 };

/** Keeps strangers from flooding an address with our mails, whether we know the address or not. Throws `rate_limited`. */
export const takeMail = (ctx: Ctx, email: string): Promise<void> => takeFromWindow(ctx, identity.id, `${sha256(email)}#mail`, MAILS);
