import { createHash } from "node:crypto";
import type { SandboxReply } from "../server.ts";
import { digits } from "../state.ts";

const KEY_LIFETIME_MS = 86_400_000;
const KEPT = 2_000;

/** A mail as the outbox page shows it. */
export interface Mail {
  readonly id: string;
  readonly from: string;
  readonly to: string[];
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly reply_to: string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly idempotency_key: string | null;
  readonly created_at: string;
  last_event: MailEvent;
}

export const MAIL_EVENTS = ["sent", "delivered", "opened", "clicked", "bounced", "complained", "suppressed", "failed"] as const;
export type MailEvent = (typeof MAIL_EVENTS)[number];

export interface MailBoxState {
  sent: number;
  /** Oldest first, the newest 2,000. */
  mails: Mail[];
  keys: { readonly key: string; readonly payload: string; readonly id: string; readonly at: number }[];
}

export const emptyMailBox = (): MailBoxState => ({ sent: 0, mails: [], keys: [] });

export interface MailBox {
  /** Answers `POST /emails`. The mail is present when this call sent it, so that a replay causes no event. */
  send(body: Record<string, unknown> | undefined, key: string | undefined): { reply: SandboxReply; mail?: Mail };
  find(id: string): Mail | undefined;
  /** Newest first. */
  list(): Mail[];
}

export const refusal = (status: number, name: string, message: string): SandboxReply => ({ status, body: { statusCode: status, name, message } });

export const mailBox = (seed: string, now: () => Date, state: MailBoxState, changed: () => void): MailBox => {
  const accept = (body: Record<string, unknown>, key: string | undefined): Mail => {
    const id = uuid(digits(seed, `mail ${++state.sent}`, 32));
    const to = listOf(body["to"]);
    const { from, subject, html = "", text = "", headers = {}, reply_to = [] } = body as unknown as Mail;
    const tags = Object.fromEntries(((body["tags"] ?? []) as Tag[]).map(({ name, value }) => [name, value]));
    const mail: Mail = {
      id,
      from,
      to,
      subject,
      html,
      text,
      headers,
      reply_to: listOf(reply_to),
      tags,
      idempotency_key: key ?? null,
      created_at: now().toISOString(),
      last_event: fateOf(to),
    };
    state.mails = [...state.mails, mail].slice(-KEPT);
    return mail;
  };

  return {
    find: (id) => state.mails.find((mail) => mail.id === id),
    list: () => state.mails.toReversed(),
    send: (body, key) => {
      if (key !== undefined && (key.length < 1 || key.length > 256))
        return { reply: refusal(400, "invalid_idempotency_key", "The key must be between 1-256 chars.") };
      const fault = body ? faultIn(body) : refusal(400, "validation_error", "The body is no JSON object.");
      if (fault || !body) return { reply: fault! };
      const time = now().getTime();
      const payload = createHash("sha256").update(JSON.stringify(body)).digest("hex");
      state.keys = state.keys.filter(({ at }) => at > time - KEY_LIFETIME_MS);
      const known = key === undefined ? undefined : state.keys.find((k) => k.key === key);
      if (known && known.payload !== payload)
        return { reply: refusal(409, "invalid_idempotent_request", "Same idempotency key used with a different request payload.") };
      if (known) return { reply: { status: 200, body: { id: known.id } } };
      const mail = accept(body, key);
      if (key !== undefined) state.keys.push({ key, payload, id: mail.id, at: time });
      changed();
      return { reply: { status: 200, body: { id: mail.id } }, mail };
    },
  };
};

interface Tag {
  readonly name: string;
  readonly value: string;
}

const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [String(value)]);

const address = /^(?:[^<>]*<)?[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+>?$/;
const tagText = /^[A-Za-z0-9_-]{1,256}$/;

const faultIn = (body: Record<string, unknown>): SandboxReply | undefined => {
  for (const field of ["from", "to", "subject"])
    if (!body[field] || (Array.isArray(body[field]) && body[field].length === 0)) return refusal(422, "missing_required_field", `Missing \`${field}\` field.`);
  if (body["html"] === undefined && body["text"] === undefined) return refusal(422, "missing_required_field", "Missing `html` or `text` field.");
  if (typeof body["from"] !== "string" || !address.test(body["from"]))
    return refusal(
      422,
      "invalid_from_address",
      "Invalid `from` field. The email address needs to follow the `email@example.com` or `Name <email@example.com>` format.",
    );
  const to = listOf(body["to"]);
  if (to.length > 50 || !to.every((one) => address.test(one))) return refusal(422, "validation_error", "Invalid `to` field: 50 addresses at most.");
  const tags = (body["tags"] ?? []) as Partial<Tag>[];
  if (!Array.isArray(tags) || tags.length > 75 || !tags.every(({ name, value }) => tagText.test(name ?? "") && tagText.test(value ?? "")))
    return refusal(422, "validation_error", "Tags should only contain ASCII letters, numbers, underscores, or dashes.");
  return undefined;
};

/** The test recipients decide what becomes of a mail; everybody else gets it. */
const fateOf = (to: string[]): MailEvent => {
  const fate = /^(?:[^<>]*<)?(delivered|bounced|complained|suppressed)(?:\+[^@]*)?@resend\.dev>?$/i.exec(to[0] ?? "")?.[1];
  return (fate?.toLowerCase() as MailEvent | undefined) ?? "delivered";
};

const uuid = (hex: string): string => `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;

/** As `GET /emails/{id}` writes its times: `2026-11-20 10:00:00.674000+00`. */
const postgresTime = (at: string): string => at.replace("T", " ").replace("Z", "000+00");

/** A mail as the API shows it. */
export const mailJson = (mail: Mail): Record<string, unknown> => ({
  object: "email",
  id: mail.id,
  message_id: `<${mail.id}@email.sandbox>`,
  to: mail.to,
  from: mail.from,
  created_at: postgresTime(mail.created_at),
  subject: mail.subject,
  html: mail.html,
  text: mail.text,
  bcc: [],
  cc: [],
  reply_to: mail.reply_to,
  last_event: mail.last_event,
});
