import * as z from "zod";
import type { Clock } from "../kernel/context.ts";
import { httpClient } from "../kernel/http-client.ts";
import { type HttpReply, secondsIn } from "../kernel/http-reply.ts";
import { type Failure, type Outcome, permanent, retryLater } from "../kernel/outcome.ts";

const PER_SECOND = 10;
const CONCURRENT_MS = 1_000;
const DAY_MS = 86_400_000;

export interface Mail {
  /** `Name <user@verified-domain>`. */
  readonly from: string;
  /** 50 at most. */
  readonly to: string | readonly string[];
  readonly subject: string;
  readonly html: string;
  /** Made of the HTML by the service when missing. */
  readonly text?: string;
  readonly reply_to?: string;
  /** Names and values of ASCII letters, digits, `_` and `-`; they come back with each event about the mail. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export const MailStatus = z.enum([
  "queued",
  "scheduled",
  "sent",
  "delivery_delayed",
  "delivered",
  "opened",
  "clicked",
  "bounced",
  "failed",
  "suppressed",
  "canceled",
  "complained",
]);

const SentMailReply = z.object({
  id: z.string(),
  to: z.array(z.string()),
  from: z.string(),
  subject: z.string(),
  created_at: z.string().transform((value, check) => timeFromResend(value) ?? (check.addIssue("no time"), z.NEVER)),
  /** A status this version does not know is null. */
  last_event: MailStatus.nullish()
    .catch(null)
    .transform((status) => status ?? null),
});
export type SentMail = z.output<typeof SentMailReply>;

export interface ResendOptions {
  /** `https://api.resend.com`. */
  readonly api_url: string;
  readonly api_key: string;
  readonly clock: Clock;
  readonly fetch?: typeof fetch;
  readonly sleep?: (ms: number) => Promise<void>;
  readonly random?: () => number;
  /** Requests a second of this process; 10 unless told. The service's own count is obeyed besides. */
  readonly per_second?: number;
  readonly timeout_ms?: number;
  readonly budget_ms?: number;
}

export interface ResendClient {
  /**
   * Sends one mail. The same key (256 characters at most) with the same mail is sent once within 24 hours, however often
   * it is repeated, so render a mail once and keep it; with another mail it is refused as `invalid_idempotent_request`.
   */
  send(mail: Mail, idempotency_key: string): Promise<Outcome<{ id: string }>>;
  get(id: string): Promise<Outcome<SentMail>>;
}

/** Resend over HTTP. Rejected credentials are `permanent`: nothing renews them but a deployment. */
export const resendClient = (options: ResendOptions): ResendClient => {
  const { api_url, api_key, clock, per_second = PER_SECOND, ...rest } = options;
  const http = httpClient({ ...rest, base_url: api_url, clock, per_second, classify: (reply) => refusal(reply, clock), quota: exhausted });
  const headers = { authorization: `Bearer ${api_key}` };
  return {
    send: ({ to, tags = {}, ...mail }, idempotency_key) =>
      http.call({
        method: "POST",
        path: "/emails",
        headers: { ...headers, "idempotency-key": idempotency_key },
        json: { ...mail, to: typeof to === "string" ? [to] : to, tags: Object.entries(tags).map(([name, value]) => ({ name, value })) },
        repeatable: true,
        reply: z.object({ id: z.string() }),
      }),
    get: (id) => http.call({ method: "GET", path: `/emails/${encodeURIComponent(id)}`, headers, reply: SentMailReply }),
  };
};

/** `2026-11-20 10:00:00.674981+00` as RFC 3339 UTC; undefined for anything else. */
const timeFromResend = (value: string): string | undefined => {
  const parts = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d(?::?\d\d)?)$/.exec(value);
  if (!parts) return undefined;
  const [, day, time, fraction = "", zone = "Z"] = parts;
  const offset = zone === "Z" ? zone : `${zone.slice(0, 3)}:${zone.slice(3).replace(":", "") || "00"}`;
  const at = new Date(`${day}T${time}${fraction.slice(0, 4)}${offset}`);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
};

const ErrorReply = z.object({ name: z.string(), message: z.string().catch("") });

/** The error's name decides, because one status has several meanings; unknown names follow the general rules by status. */
const refusal = (reply: HttpReply, clock: Clock): Failure | undefined => {
  if (reply.status < 400 || reply.status >= 500) return undefined;
  const error = ErrorReply.safeParse(reply.body).data;
  if (!error) return undefined;
  const { name, message } = error;
  if (name === "rate_limit_exceeded") return undefined;
  if (name === "daily_quota_exceeded" || name === "monthly_quota_exceeded") return retryLater(untilMidnight(clock), `Resend: ${name}.`);
  if (name === "concurrent_idempotent_requests" || name === "resource_locked") return retryLater(CONCURRENT_MS, `Resend: ${name}.`);
  return reply.status === 429 ? undefined : permanent(name, `Resend answered ${reply.status}: ${message.slice(0, 300)}`);
};

/** Quotas are counted by the day in UTC; the monthly one is looked at again each day. */
const untilMidnight = (clock: Clock): number => DAY_MS - (clock.now().getTime() % DAY_MS);

/** The window is used up: nothing more until it resets. */
const exhausted = (reply: HttpReply): number =>
  reply.headers.get("ratelimit-remaining")?.trim() === "0" ? (secondsIn(reply.headers, "ratelimit-reset") ?? 0) : 0;
