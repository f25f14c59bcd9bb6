import * as z from "zod";
import type { Clock } from "../../kernel/context.ts";
import { webAddress } from "../../kernel/fields.ts";
import { type HttpClient, type HttpClientOptions, httpClient } from "../../kernel/http-client.ts";
import type { HttpReply } from "../../kernel/http-reply.ts";
import { type Failure, type Outcome, mapOk, ok, retryLater, unknownOutcome } from "../../kernel/outcome.ts";

/** Members of a network are listed so many at once; the service gives no more. */
const PAGE = 25;
const MOST_PAGES = 4;
const WINDOW_MS = 60_000;

/** The service's account of one org. */
export interface PlannerCredentials {
  readonly username: string;
  readonly api_key: string;
}

/** One track for several channels at one time. */
export interface PlannerOrder {
  readonly track_url: string;
  /** `SOUNDCLOUD-USER-1234` each. */
  readonly targets: readonly string[];
  /** RFC 3339 UTC; the service picks a time when there is none. */
  readonly date?: string | undefined;
}

export interface Planned {
  readonly ip_schedule_id: string;
  readonly calendar_url: string;
}

/** A channel of the org's network: how the service names it, and its connection in our words; null for words of theirs that we do not know. */
export interface PlannerMember {
  readonly user_id: string;
  readonly connection: "linked" | "pending" | "reconnect" | "disconnected" | null;
}

/** README, Schedules. Every call is one request, which counts against the 30 that an account may send in a minute. */
export interface PlannerClient {
  /**
   * Schedules a repost on every target. It cannot be repeated: an answer that got lost is `unknown_outcome`, and so is one
   * that names no schedule.
   */
  create(credentials: PlannerCredentials, order: PlannerOrder): Promise<Outcome<Planned>>;
  /** The channel of that handle in the org's network; undefined when it is not there. */
  findMember(credentials: PlannerCredentials, handle: string): Promise<Outcome<PlannerMember | undefined>>;
}

export interface PlannerOptions extends Pick<HttpClientOptions, "fetch" | "sleep" | "random" | "timeout_ms" | "budget_ms"> {
  /** `https://api.influenceplanner.com/partner/v1` */
  readonly api_url: string;
  readonly clock: Clock;
}

const CreateReply = z.looseObject({ status: z.string(), data: z.array(z.string()).nullish() });
const MembersReply = z.looseObject({
  results: z.array(z.looseObject({ user_id: z.string().nullish(), status: z.string(), profile_url: z.string().nullish() })),
  last: z.boolean(),
});
const connections: Readonly<Record<string, PlannerMember["connection"]>> = {
  LINKED: "linked",
  PENDING: "pending",
  PENDING_APPROVAL: "pending",
  INVALID: "reconnect",
  UNLINKED: "disconnected",
  DECLINED: "disconnected",
};

/** Influence Planner's Partner API. One attempt per call, so that what is sent is what is counted. */
export const plannerClient = (options: PlannerOptions): PlannerClient => {
  const { api_url, clock, ...rest } = options;
  const clients = new Map<string, HttpClient>();
  /** Each account has a limit, and so a pause, of its own. */
  const clientOf = ({ username }: PlannerCredentials): HttpClient => {
    const known = clients.get(username);
    if (known) return known;
    const made = httpClient({
      ...rest,
      clock,
      base_url: api_url,
      attempts: 1,
      classify: (reply) => limited(reply, clock),
      quota: ({ headers }) => (headers.get("x-ratelimit-remaining") === "0" ? untilReset(headers, clock) : 0),
    });
    clients.set(username, made);
    return made;
  };
  const headersOf = ({ username, api_key }: PlannerCredentials) => ({
    authorization: `Basic ${Buffer.from(`${username}:${api_key}`).toString("base64")}`,
  });

  return {
    create: async (credentials, { track_url, targets, date }) => {
      const answer = await clientOf(credentials).call({
        method: "POST",
        path: "/schedule/create",
        headers: headersOf(credentials),
        json: {
          types: ["REPOST"],
          medias: [track_url],
          targets,
          settings: date === undefined ? {} : { date },
          comment: null,
          removeDuplicates: true,
          shuffle: false,
        },
        reply: CreateReply,
      });
      if (answer.kind !== "ok") return answer;
      const calendar_url = answer.value.data?.[0];
      const ip_schedule_id = calendar_url === undefined ? undefined : scheduleIdIn(calendar_url);
      if (answer.value.status !== "CREATED" || ip_schedule_id === undefined)
        return unknownOutcome(`Influence Planner answered ${answer.value.status} and named no schedule.`);
      return ok({ ip_schedule_id, calendar_url: calendar_url! });
    },
    findMember: async (credentials, handle) => {
      for (let page = 0; page < MOST_PAGES; page++) {
        const query = new URLSearchParams({ offset: String(page * PAGE), limit: String(PAGE), searchTerm: handle });
        const answer = await clientOf(credentials).call({
          method: "GET",
          path: `/network/members?${query}`,
          headers: headersOf(credentials),
          reply: MembersReply,
        });
        if (answer.kind !== "ok") return answer;
        const found = answer.value.results.find((one) => handleIn(one.profile_url) === handle);
        if (found?.user_id) return ok({ user_id: found.user_id, connection: connections[found.status] ?? null });
        if (answer.value.last) break;
      }
      return ok(undefined);
    },
  };
};

/** The schedule that an address leads to which people may follow. */
const scheduleIdIn = (address: string): string | undefined => {
  if (!webAddress.safeParse(address).success) return undefined;
  const id = URL.parse(address)?.pathname.split("/").filter(Boolean).at(-1);
  return id !== undefined && /^[\w-]{1,100}$/.test(id) ? id : undefined;
};

const handleIn = (profile_url: string | null | undefined): string | undefined =>
  URL.parse(profile_url ?? "")
    ?.pathname.split("/")[1]
    ?.toLowerCase();

/** The unit of the header is not documented: milliseconds and seconds since 1970 tell themselves by size, anything smaller is a wait in seconds. */
const untilReset = (headers: Headers, clock: Clock): number => {
  const reset = Number(headers.get("x-ratelimit-reset") ?? "");
  if (!Number.isFinite(reset) || reset <= 0) return WINDOW_MS;
  const now = clock.now().getTime();
  const wait = reset > 1e12 ? reset - now : reset > 1e9 ? reset * 1000 - now : reset * 1000;
  return Math.min(Math.max(wait, 1_000), WINDOW_MS);
};

const limited = (reply: HttpReply, clock: Clock): Failure | undefined =>
  reply.status === 429 ? retryLater(untilReset(reply.headers, clock), "Influence Planner's limit of requests is used up.") : undefined;

/** The same outcome when a channel must be there. */
export const requireFound = (outcome: Outcome<PlannerMember | undefined>): Outcome<PlannerMember> => {
  if (outcome.kind !== "ok") return outcome;
  if (outcome.value === undefined)
    return { kind: "permanent", code: "not_in_network", detail: "The channel is not in the org's network at Influence Planner." };
  return mapOk(outcome, () => outcome.value!);
};
