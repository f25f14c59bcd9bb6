import { type FaultReplies, edgePage } from "../faults.ts";
import { signature } from "../resend/webhooks.ts";
import { type SandboxReply, type SandboxRequest, type SandboxRoutes, type SandboxServer, jsonOf, startServer } from "../server.ts";
import { digits, stateFile } from "../state.ts";

const MAX_PAGE = 25;
const WINDOW_MS = 60_000;
const PERFORM_EVERY_MS = 1_000;
const RETRY_AFTER_MS = [5_000, 300_000, 1_800_000];

export interface PlannerSandboxOptions {
  readonly port?: number;
  readonly now?: () => Date;
  readonly seed?: string;
  readonly state_file?: string | undefined;
  /** SoundCloud's sandbox, in which performed reposts are made; without it they are only told. */
  readonly soundcloud_url?: string;
  /** Requests that an account may send in a minute; 30 unless told. */
  readonly per_minute?: number;
}

interface NetworkMember {
  readonly membership_id: number;
  readonly user_id: string;
  readonly handle: string;
  status: string;
}
interface Item {
  readonly schedule_id: string;
  readonly target_user_id: string;
  readonly media_url: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  status: "scheduled" | "completed" | "failed" | "cancelled";
}
interface Delivery {
  readonly id: string;
  readonly body: string;
  attempts: number;
  due_at: number;
  status: "waiting" | "delivered" | "failed";
}
interface State {
  created: number;
  events: number;
  members: NetworkMember[];
  items: Item[];
  deliveries: Delivery[];
  endpoint?: { readonly url: string; readonly secret: string };
  /** How many of the next call-backs are never sent, and how many are sent twice. */
  lose: number;
  duplicate: number;
}

const refused = (status: number, message: string): SandboxReply => ({ status, body: { message } });
const missing = refused(404, "Not found");

/** Influence Planner on this machine: the documented Partner API, and the call-backs of a relay beside it. */
export const startPlannerSandbox = async (options: PlannerSandboxOptions = {}): Promise<SandboxServer> => {
  const { now = () => new Date(), seed = "groundswell", soundcloud_url, per_minute = 30 } = options;
  const state: State = { created: 0, events: 0, members: [], items: [], deliveries: [], lose: 0, duplicate: 0 };
  const file = stateFile(options.state_file, () => state);
  Object.assign(state, file.saved);
  const time = (): number => now().getTime();
  const limits = new Map<string, { begun: number; used: number }>();
  const windowOf = (username: string) => {
    const known = limits.get(username);
    const begun = time() - (time() % WINDOW_MS);
    const current = known?.begun === begun ? known : { begun, used: 0 };
    limits.set(username, current);
    return current;
  };

  const announce = (type: string, item: Item, more: object = {}): void => {
    state.events += 1;
    const id = `msg_${digits(seed, `planner event ${state.events}`, 27)}`;
    const body = JSON.stringify({
      type: `schedule.${type}`,
      timestamp: now().toISOString(),
      data: { schedule_id: item.schedule_id, target_user_id: item.target_user_id, media_url: item.media_url, ...more },
    });
    const delivery = (): Delivery => ({ id, body, attempts: 0, due_at: time(), status: "waiting" });
    if (state.lose > 0) state.lose -= 1;
    else if (state.duplicate > 0) {
      state.duplicate -= 1;
      state.deliveries.push(delivery(), delivery());
    } else state.deliveries.push(delivery());
    file.changed();
  };

  const deliver = async (): Promise<void> => {
    const { endpoint } = state;
    if (!endpoint) return;
    for (const one of state.deliveries.filter(({ status, due_at }) => status === "waiting" && due_at <= time())) {
      const timestamp = Math.floor(time() / 1_000);
      const headers = {
        "content-type": "application/json",
        "webhook-id": one.id,
        "webhook-timestamp": String(timestamp),
        "webhook-signature": signature(endpoint.secret, one.id, timestamp, one.body),
      };
      const done = await fetch(endpoint.url, { method: "POST", headers, body: one.body, redirect: "manual", signal: AbortSignal.timeout(15_000) }).then(
        (response) => response.ok,
        () => false,
      );
      const wait = RETRY_AFTER_MS[one.attempts];
      one.attempts += 1;
      if (done) one.status = "delivered";
      else if (wait === undefined) one.status = "failed";
      else one.due_at = time() + wait;
      file.changed();
    }
  };

  const handleOf = (user_id: string): string | undefined => state.members.find((member) => member.user_id === user_id)?.handle;
  /** Carries out what is due: the repost on SoundCloud, then the call-back. A channel that is not linked fails. */
  const perform = async (until: number): Promise<void> => {
    for (const item of state.items.filter((one) => one.status === "scheduled" && one.at <= until)) {
      const member = state.members.find(({ user_id }) => user_id === item.target_user_id);
      if (member?.status !== "LINKED") {
        item.status = "failed";
        announce("failed", item, { error: { code: "account_invalid", message: "The account must be connected again." } });
        continue;
      }
      item.status = "completed";
      const body = JSON.stringify({ user: member.handle, track_url: item.media_url });
      if (soundcloud_url !== undefined) await fetch(`${soundcloud_url}/sandbox/reposts`, { method: "POST", body });
      announce("completed", item, { performed_at: now().toISOString(), proof_url: `https://soundcloud.com/${handleOf(item.target_user_id)}/reposts` });
    }
    file.changed();
  };

  const create = (request: SandboxRequest): SandboxReply => {
    const { types, medias, targets, settings, comment } = (jsonOf(request) ?? {}) as Record<string, any>;
    const isList = (value: unknown): value is string[] => Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "string");
    if (!isList(types) || !isList(medias) || !isList(targets) || typeof settings !== "object" || settings === null) return refused(400, "Missing fields");
    if (!types.every((type) => ["REPOST", "UNREPOST", "LIKE", "COMMENT"].includes(type))) return refused(400, "Unknown type");
    if (comment && targets.length > 3) return refused(400, "Comments are limited to 3 targets");
    if (!medias.every((media) => URL.parse(media)?.hostname === "soundcloud.com")) return refused(400, "Unknown media");
    if (!targets.every((target) => state.members.some(({ user_id }) => user_id === target))) return refused(403, "Target is not managed by this account");
    const at = settings.date === undefined ? time() + 3_600_000 : Date.parse(settings.date);
    if (Number.isNaN(at)) return refused(400, "Bad date");
    const data = medias.map((media_url) => {
      state.created += 1;
      const hex = digits(seed, `schedule ${state.created}`, 32);
      const schedule_id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
      for (const target_user_id of targets) {
        const item: Item = { schedule_id, target_user_id, media_url, at, status: "scheduled" };
        state.items.push(item);
        announce("scheduled", item);
      }
      return `https://influenceplanner.com/planned/calendar/schedule/${schedule_id}`;
    });
    return { status: 200, body: { message: null, status: "CREATED", data } };
  };

  const members = ({ query }: SandboxRequest): SandboxReply => {
    const size = Math.min(MAX_PAGE, Number(query.get("limit") ?? MAX_PAGE));
    const offset = Number(query.get("offset") ?? 0);
    const found = state.members.filter(({ handle }) => handle.includes((query.get("searchTerm") ?? "").toLowerCase()));
    const results = found.slice(offset, offset + size).map(({ membership_id, status, user_id, handle }) => ({
      membership_id,
      status,
      user_id,
      name: handle,
      image_url: null,
      profile_url: `https://soundcloud.com/${handle}`,
      followers: 1000,
      updated_at: now().toISOString(),
    }));
    const last = offset + size >= found.length;
    return { status: 200, body: { results, first: offset === 0, last, totalPages: Math.ceil(found.length / size), totalElements: found.length, size } };
  };

  const controls: SandboxRoutes = {
    /** `{ members: [{ handle, user_id, status? }] }`: who is in the network. */
    "PUT /sandbox/members": (request) => {
      const given = (jsonOf(request)?.["members"] ?? []) as { handle: string; user_id: string; status?: string }[];
      for (const { handle, user_id, status = "LINKED" } of given) {
        const known = state.members.find((member) => member.user_id === user_id);
        if (known) known.status = status;
        else state.members.push({ membership_id: 4700 + state.members.length, user_id, handle, status });
      }
      file.changed();
      return { status: 204 };
    },
    /** `{ url, secret }`: where call-backs go. */
    "PUT /sandbox/endpoint": (request) => {
      state.endpoint = jsonOf(request) as unknown as { url: string; secret: string };
      file.changed();
      return { status: 204 };
    },
    /** `{ lose?, duplicate? }`: how many of the next call-backs are lost or sent twice. */
    "PUT /sandbox/call-backs": (request) => {
      const { lose = 0, duplicate = 0 } = (jsonOf(request) ?? {}) as { lose?: number; duplicate?: number };
      Object.assign(state, { lose, duplicate });
      return { status: 204 };
    },
    /** Carries out everything that is scheduled, whatever its time. */
    "POST /sandbox/perform": async () => {
      await perform(Infinity);
      return { status: 204 };
    },
    /** `{ schedule_id, target_user_id }`: a person cancels it in the calendar. */
    "POST /sandbox/cancel": (request) => {
      const { schedule_id, target_user_id } = jsonOf(request) ?? {};
      const item = state.items.find((one) => one.schedule_id === schedule_id && one.target_user_id === target_user_id && one.status === "scheduled");
      if (!item) return missing;
      item.status = "cancelled";
      announce("cancelled", item);
      return { status: 204 };
    },
    "GET /sandbox/schedules": () => ({ status: 200, body: { items: state.items } }),
    "GET /sandbox/deliveries": () => ({ status: 200, body: { items: state.deliveries } }),
    "POST /sandbox/deliveries": async () => {
      await deliver();
      return { status: 204 };
    },
  };

  const usernameOf = ({ headers }: SandboxRequest): string | undefined => {
    const basic = /^Basic (.+)$/.exec(headers.authorization ?? "")?.[1];
    const [username, key] = basic === undefined ? [] : Buffer.from(basic, "base64").toString("utf8").split(":", 2);
    return username && key && key !== "invalid" ? username : undefined;
  };
  let asking = "";
  const server = await startServer({
    port: options.port,
    state: file,
    routes: { "POST /partner/v1/schedule/create": create, "GET /partner/v1/network/members": members },
    controls,
    guard: (request) => {
      const username = usernameOf(request);
      if (username === undefined) return { status: 401 };
      asking = username;
      const window = windowOf(username);
      window.used += 1;
      return window.used > per_minute ? { status: 429 } : undefined;
    },
    headers: () => {
      const { begun, used } = windowOf(asking);
      return {
        "x-ratelimit-limit": String(per_minute),
        "x-ratelimit-remaining": String(Math.max(0, per_minute - used)),
        "x-ratelimit-reset": String(begun + WINDOW_MS),
      };
    },
    notFound: missing,
    fault_replies: () => faultReplies,
  });
  const timer = setInterval(() => void perform(time()).then(deliver), PERFORM_EVERY_MS).unref();
  return {
    url: server.url,
    stop: async () => {
      clearInterval(timer);
      await server.stop();
    },
  };
};

const faultReplies: FaultReplies = {
  "429_json": { status: 429, headers: { "x-ratelimit-limit": "30", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "60" } },
  "429_gateway": { status: 429 },
  "429_text": { status: 429, body: "Too many requests" },
  "403_html": edgePage,
  "401": { status: 401 },
  "500": { status: 500, body: { message: "Internal Server Error" } },
  "503": { status: 503, body: "upstream connect error" },
};
