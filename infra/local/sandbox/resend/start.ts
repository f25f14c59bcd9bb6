import { type FaultReplies, edgePage } from "../faults.ts";
import { type SandboxRequest, type SandboxRoutes, type SandboxServer, jsonOf, startServer } from "../server.ts";
import { stateFile } from "../state.ts";
import { MAIL_EVENTS, type Mail, type MailBox, type MailBoxState, emptyMailBox, mailBox, mailJson, refusal } from "./mail-box.ts";
import { type Endpoint, type WebhookState, type Webhooks, noWebhooks, webhooks } from "./webhooks.ts";

const DELIVER_EVERY_MS = 1_000;
const DEFAULT_PER_SECOND = 10;

export interface ResendSandboxOptions {
  readonly port?: number;
  readonly now?: () => Date;
  readonly seed?: string;
  /** Where mails, keys and webhooks are kept between starts; in memory unless told. */
  readonly state_file?: string | undefined;
  /** Told of every event, beside the endpoints made over the API. */
  readonly webhook?: Endpoint | undefined;
  /** Requests that a team may send in a second; 10 unless told. */
  readonly per_second?: number;
}

export interface ResendSandbox extends SandboxServer {
  /** Newest first. */
  mails(): Promise<Mail[]>;
}

/** Resend on this machine: it sends nothing and keeps every mail. Controls: mails, deliveries of webhooks, faults. */
export const startResendSandbox = async (options: ResendSandboxOptions = {}): Promise<ResendSandbox> => {
  const { now = () => new Date(), seed = "groundswell", webhook, per_second = DEFAULT_PER_SECOND } = options;
  const state: { box: MailBoxState; hooks: WebhookState } = { box: emptyMailBox(), hooks: noWebhooks() };
  const file = stateFile(options.state_file, () => state);
  Object.assign(state, file.saved);
  const box = mailBox(seed, now, state.box, file.changed);
  const hooks = webhooks(seed, now, webhook ? [webhook] : [], state.hooks, file.changed);
  const limit = rateLimit(now, per_second);

  const server = await startServer({
    port: options.port,
    state: file,
    routes: apiRoutes(box, hooks),
    controls: controlRoutes(box, hooks),
    guard: (request) => limit.take() ?? keyFault(request),
    headers: limit.headers,
    notFound: refusal(404, "not_found", "The requested endpoint does not exist."),
    fault_replies: () => faultReplies,
  });
  const timer = setInterval(() => void hooks.deliver(), DELIVER_EVERY_MS).unref();
  return {
    url: server.url,
    mails: () => Promise.resolve(box.list()),
    stop: async () => {
      clearInterval(timer);
      await server.stop();
    },
  };
};

const faultReplies: FaultReplies = {
  "429_json": { ...refusal(429, "rate_limit_exceeded", "Too many requests."), headers: { "retry-after": "1" } },
  "429_gateway": refusal(429, "daily_quota_exceeded", "You have reached your daily email sending quota."),
  "429_text": { status: 429, body: "Too many requests", headers: { "retry-after": "1" } },
  "403_html": edgePage,
  "401": refusal(401, "restricted_api_key", "This API key is restricted to only send emails."),
  "409_concurrent": refusal(409, "concurrent_idempotent_requests", "Same idempotency key used while the original request is still in progress."),
  "500": refusal(500, "internal_server_error", "Something went wrong."),
  "503": refusal(503, "service_unavailable", "Resend is temporarily unavailable."),
};

const apiRoutes = (box: MailBox, hooks: Webhooks): SandboxRoutes => ({
  "POST /emails": (request) => {
    const key = request.headers["idempotency-key"];
    const { reply, mail } = box.send(jsonOf(request), typeof key === "string" ? key : undefined);
    if (mail) hooks.announce(mail);
    return reply;
  },
  "GET /emails/{id}": (request) => {
    const mail = box.find(request.params["id"]!);
    return mail ? { status: 200, body: mailJson(mail) } : refusal(404, "not_found", "Email not found");
  },
  "POST /webhooks": (request) => {
    const endpoint = jsonOf(request)?.["endpoint"];
    if (typeof endpoint !== "string" || !URL.canParse(endpoint)) return refusal(422, "missing_required_field", "Missing `endpoint` field.");
    const { id, secret } = hooks.add(endpoint);
    return { status: 201, body: { object: "webhook", id, signing_secret: secret } };
  },
  "DELETE /webhooks/{id}": (request) => {
    const id = request.params["id"]!;
    return hooks.remove(id) ? { status: 200, body: { object: "webhook", id, deleted: true } } : refusal(404, "not_found", "Webhook not found");
  },
});

const controlRoutes = (box: MailBox, hooks: Webhooks): SandboxRoutes => ({
  "GET /sandbox/mails": () => ({ status: 200, body: { items: box.list() } }),
  "GET /sandbox/deliveries": () => ({ status: 200, body: { items: hooks.list().map((delivery) => ({ ...delivery, secret: undefined })) } }),
  /** Attempts what is due now and answers when that is done. */
  "POST /sandbox/deliveries": async () => {
    await hooks.deliver();
    return { status: 204 };
  },
  /** Something more becomes of a mail: `{ "type": "opened", "details": {} }`. */
  "POST /sandbox/mails/{id}/events": (request) => {
    const mail = box.find(request.params["id"]!);
    const { type, details } = jsonOf(request) ?? {};
    const known = MAIL_EVENTS.find((one) => one === type);
    if (!mail || !known) return { status: 404, body: { message: "No such mail, or no such event." } };
    hooks.tell(mail, known, details as Record<string, unknown> | undefined);
    return { status: 204 };
  },
  /** What waits will come twice and in another order. */
  "POST /sandbox/deliveries/disturb": () => {
    hooks.disturb();
    return { status: 204 };
  },
  /** Sends an event once more under the same `svix-id`. */
  "POST /sandbox/deliveries/{id}/replay": async (request) => {
    if (!hooks.replay(request.params["id"]!)) return { status: 404, body: { message: "No such delivery." } };
    await hooks.deliver();
    return { status: 204 };
  },
});

const keyFault = ({ headers }: SandboxRequest) => {
  const key = /^Bearer (\S+)$/.exec(headers.authorization ?? "")?.[1];
  if (key === undefined) return refusal(401, "missing_api_key", "Missing API key in the authorization header.");
  return key === "re_invalid" ? refusal(403, "invalid_api_key", "API key is invalid.") : undefined;
};

/** A window of one second, told in the headers of each reply. */
const rateLimit = (now: () => Date, max: number) => {
  let begun = -Infinity;
  let used = 0;
  const left = (): number => Math.max(1, Math.ceil((begun + 1_000 - now().getTime()) / 1_000));
  return {
    take: () => {
      const time = now().getTime();
      if (time - begun >= 1_000) [begun, used] = [time, 0];
      used += 1;
      if (used <= max) return undefined;
      const reply = refusal(429, "rate_limit_exceeded", `Too many requests. You can only make ${max} requests per second.`);
      return { ...reply, headers: { "retry-after": String(left()) } };
    },
    headers: () => ({
      "ratelimit-limit": String(max),
      "ratelimit-remaining": String(Math.max(0, max - used)),
      "ratelimit-reset": String(left()),
    }),
  };
};
