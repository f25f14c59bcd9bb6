import { createHmac } from "node:crypto";
import { digits } from "../state.ts";
import type { Mail, MailEvent } from "./mail-box.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** After each failed attempt. */
const RETRY_AFTER_MS = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR];
const ANSWER_WITHIN_MS = 15 * SECOND;
const KEPT = 2_000;

export interface Endpoint {
  readonly url: string;
  /** `whsec_` and the key in base64. */
  readonly secret: string;
}

/** One event on its way to one endpoint: the same `svix_id` on each attempt. */
export interface Delivery {
  readonly svix_id: string;
  readonly url: string;
  readonly secret: string;
  readonly body: string;
  attempts: number;
  /** Milliseconds since 1970. */
  due_at: number;
  status: "waiting" | "delivered" | "failed";
}

export interface WebhookState {
  events: number;
  endpoints: ({ readonly id: string } & Endpoint)[];
  /** Oldest first; ended ones are dropped beyond 2,000. */
  deliveries: Delivery[];
}

export const noWebhooks = (): WebhookState => ({ events: 0, endpoints: [], deliveries: [] });

/** The value of `svix-signature` for one secret (Standard Webhooks, HMAC-SHA256 over id, timestamp and body). */
export const signature = (secret: string, id: string, timestamp: number, body: string): string =>
  `v1,${createHmac("sha256", Buffer.from(secret.replace(/^whsec_/, ""), "base64"))
    .update(`${id}.${timestamp}.${body}`)
    .digest("base64")}`;

export interface Webhooks {
  add(url: string): { id: string; secret: string };
  remove(id: string): boolean;
  /** Queues the events of a mail that was just sent. */
  announce(mail: Mail): void;
  /** Queues one more event of a mail; `details` join its data. */
  tell(mail: Mail, type: MailEvent, details?: Record<string, unknown>): void;
  /** What waits comes in another order, and each event twice: as networks do it. */
  disturb(): void;
  /** Attempts what is due, in order of events. */
  deliver(): Promise<void>;
  list(): readonly Delivery[];
  /** Sends a delivery once more under its id, as the replay button does; false when it is unknown. */
  replay(svix_id: string): boolean;
}

export const webhooks = (seed: string, now: () => Date, fixed: readonly Endpoint[], state: WebhookState, changed: () => void): Webhooks => {
  let delivering: Promise<void> | undefined;

  const queue = (mail: Mail, type: MailEvent, more: Record<string, unknown> = {}): void => {
    for (const { url, secret } of [...fixed, ...state.endpoints]) {
      const svix_id = `msg_${digits(seed, `event ${++state.events}`, 27)}`;
      const body = JSON.stringify(eventOf(type, mail, now(), more));
      state.deliveries.push({ svix_id, url, secret, body, attempts: 0, due_at: now().getTime(), status: "waiting" });
    }
  };

  const attempt = async (delivery: Delivery): Promise<void> => {
    const { svix_id, url, secret, body } = delivery;
    const timestamp = Math.floor(now().getTime() / 1_000);
    const headers = {
      "content-type": "application/json",
      "svix-id": svix_id,
      "svix-timestamp": String(timestamp),
      "svix-signature": signature(secret, svix_id, timestamp, body),
    };
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const done = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal }).then(
      (response) => response.ok,
      () => false,
    );
    const wait = RETRY_AFTER_MS[delivery.attempts];
    delivery.attempts += 1;
    if (done) delivery.status = "delivered";
    else if (wait === undefined) delivery.status = "failed";
    else delivery.due_at = now().getTime() + wait;
    changed();
  };

  const deliverDue = async (): Promise<void> => {
    const isDue = (delivery: Delivery): boolean => delivery.status === "waiting" && delivery.due_at <= now().getTime();
    for (let next = state.deliveries.find(isDue); next; next = state.deliveries.find(isDue)) await attempt(next);
  };

  return {
    add: (url) => {
      const number = ++state.events;
      const id = digits(seed, `webhook ${number}`, 32);
      const secret = `whsec_${Buffer.from(digits(seed, `secret ${number}`, 32)).toString("base64")}`;
      state.endpoints.push({ id, url, secret });
      changed();
      return { id, secret };
    },
    remove: (id) => {
      const left = state.endpoints.filter((endpoint) => endpoint.id !== id);
      const removed = left.length < state.endpoints.length;
      state.endpoints = left;
      changed();
      return removed;
    },
    announce: (mail) => {
      for (const type of eventsOf(mail.last_event)) queue(mail, type);
      const ended = state.deliveries.filter(({ status }) => status !== "waiting");
      const dropped = new Set(ended.slice(0, Math.max(0, ended.length - KEPT)));
      state.deliveries = state.deliveries.filter((delivery) => !dropped.has(delivery));
      changed();
    },
    tell: (mail, type, more) => {
      queue(mail, type, more);
      changed();
    },
    disturb: () => {
      const waiting = state.deliveries.filter(({ status }) => status === "waiting");
      const shuffled = waiting
        .flatMap((delivery, at) => [0, 1].map((time) => ({ delivery: { ...delivery }, at: digits(seed, `order ${delivery.svix_id} ${at} ${time}`, 16) })))
        .toSorted((a, b) => (a.at < b.at ? -1 : 1));
      state.deliveries = [...state.deliveries.filter(({ status }) => status !== "waiting"), ...shuffled.map(({ delivery }) => delivery)];
      changed();
    },
    // One run at a time, and a call made during a run sees to what that run had passed already.
    deliver: async () => {
      while (delivering) await delivering;
      delivering = deliverDue().finally(() => {
        delivering = undefined;
      });
      await delivering;
    },
    list: () => state.deliveries,
    replay: (svix_id) => {
      const delivery = state.deliveries.find((d) => d.svix_id === svix_id);
      if (!delivery) return false;
      Object.assign(delivery, { status: "waiting", due_at: now().getTime() });
      changed();
      return true;
    },
  };
};

/** What happens to a mail, in order: a complaint follows a delivery, and a suppressed mail is never sent. */
const eventsOf = (fate: MailEvent): MailEvent[] => {
  if (fate === "suppressed") return ["suppressed"];
  return fate === "complained" ? ["sent", "delivered", "complained"] : ["sent", fate];
};

const details: Partial<Record<MailEvent, Record<string, unknown>>> = {
  bounced: {
    bounce: {
      type: "Permanent",
      subType: "General",
      message: "The recipient's email provider sent a hard bounce message.",
      diagnosticCode: ["smtp; 550 5.1.1 user unknown"],
    },
  },
  suppressed: { suppressed: { type: "OnAccountSuppressionList", message: "The address is on the account's suppression list." } },
};

const eventOf = (type: MailEvent, mail: Mail, at: Date, more: Record<string, unknown>): Record<string, unknown> => ({
  type: `email.${type}`,
  created_at: at.toISOString(),
  data: {
    email_id: mail.id,
    message_id: `<${mail.id}@email.sandbox>`,
    created_at: mail.created_at,
    from: mail.from,
    to: mail.to,
    subject: mail.subject,
    tags: mail.tags,
    ...details[type],
    ...more,
  },
});
