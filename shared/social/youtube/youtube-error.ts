import * as z from "zod";
import type { HttpReply } from "../../kernel/http-reply.ts";
import { type Failure, permanent, retryLater } from "../../kernel/outcome.ts";
import { untilQuotaResets } from "./quota-day.ts";

const TROUBLE_MS = 1_000;
const THROTTLED_MS = 60_000;

const GoogleError = z.looseObject({
  error: z.looseObject({ message: z.string().default(""), errors: z.array(z.looseObject({ reason: z.string() })).default([]) }),
});

const reasonOf = (body: unknown): { reason: string; message: string } | undefined => {
  const parsed = GoogleError.safeParse(body);
  return parsed.success ? { reason: parsed.data.error.errors[0]?.reason ?? "", message: parsed.data.error.message.slice(0, 200) } : undefined;
};

const DAILY: ReadonlySet<string> = new Set(["quotaExceeded", "dailyLimitExceeded"]);
const RATES: ReadonlySet<string> = new Set(["rateLimitExceeded", "userRateLimitExceeded"]);
/** The token is good for something else only. */
const SCOPES: ReadonlySet<string> = new Set(["authError", "insufficientPermissions"]);

/** For how long a refusal asks to send nothing at all, in milliseconds; 0 when it does not. */
export const pauseIn = ({ body }: HttpReply, now: Date): number => {
  const reason = reasonOf(body)?.reason ?? "";
  return DAILY.has(reason) ? untilQuotaResets(now) : RATES.has(reason) ? THROTTLED_MS : 0;
};

/** What an error of Google's means; undefined for a reply that is none, and for one that its status explains. */
export const youtubeFailure = (reply: HttpReply, now: Date): Failure | undefined => {
  if (reply.status < 400) return undefined;
  const named = reasonOf(reply.body);
  if (!named) return reply.status === 429 ? retryLater(THROTTLED_MS, "YouTube's limit of requests is used up.") : undefined;
  const { reason, message } = named;
  const detail = `YouTube answered ${reply.status} ${reason}: ${message}`;
  const pause = pauseIn(reply, now);
  if (pause > 0) return retryLater(pause, detail);
  if (reply.status === 401 || SCOPES.has(reason)) return { kind: "auth_expired" };
  if (reply.status === 429) return retryLater(THROTTLED_MS, detail);
  if (reply.status >= 500) return retryLater(TROUBLE_MS, detail);
  return permanent(reason || `http_${reply.status}`, detail);
};
