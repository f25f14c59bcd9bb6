import * as z from "zod";
import type { HttpReply } from "../../kernel/http-reply.ts";
import { type Failure, permanent, retryLater } from "../../kernel/outcome.ts";

const TROUBLE_MS = 1_000;
/** Calls are counted over a sliding minute. */
const THROTTLED_MS = 60_000;

const TikTokError = z.looseObject({ error: z.looseObject({ code: z.string(), message: z.string().default("") }) });

/** What the account has not allowed the app to read. */
export const isMissingScope = (failure: Failure): boolean => failure.kind === "permanent" && failure.code.startsWith("scope_");

/** What a reply's error means; undefined for `ok` and for a reply that has none. */
export const tiktokFailure = ({ status, body }: HttpReply): Failure | undefined => {
  const parsed = TikTokError.safeParse(body);
  if (!parsed.success) return status === 429 ? retryLater(THROTTLED_MS, "TikTok's limit of requests is used up.") : undefined;
  const { code, message } = parsed.data.error;
  if (code === "ok") return undefined;
  const detail = `TikTok answered ${code}: ${message.slice(0, 200)}`;
  if (code === "rate_limit_exceeded" || status === 429) return retryLater(THROTTLED_MS, detail);
  if (code === "internal_error" || status >= 500) return retryLater(TROUBLE_MS, detail);
  if (code === "access_token_invalid") return { kind: "auth_expired" };
  return permanent(code, detail);
};
