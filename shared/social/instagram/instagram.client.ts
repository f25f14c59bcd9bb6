import * as z from "zod";
import { type HttpClientOptions, httpClient, oneEach } from "../../kernel/http-client.ts";
import type { HttpReply } from "../../kernel/http-reply.ts";
import { type Outcome, mapOk, retryLater } from "../../kernel/outcome.ts";
import { NO_PERMISSION, failureIn, isTransientUpload } from "./graph-error.ts";

const TROUBLE_MS = 1_000;
const RECENT = 50;
/** Percent of an allowance from which on nothing more is asked, and for how long unless the header says. */
const USED_UP = 95;
const USED_UP_MS = 15 * 60_000;

/** An account of the org at Instagram, and the token that acts for it. */
export interface InstagramCredentials {
  readonly org_id: string;
  readonly user_id: string;
  readonly access_token: string;
}

/** What a container is made of, as form fields of the API. */
export type ContainerForm = Readonly<Record<string, string>>;

export interface ContainerState {
  readonly state: "in_progress" | "finished" | "error" | "expired" | "published";
  /** Instagram's words for an error. */
  readonly detail?: string;
  /** For an error: another container of the same content may succeed. */
  readonly passes?: boolean;
}

export interface InstagramMedia {
  readonly id: string;
  readonly caption?: string | undefined;
  readonly permalink?: string | undefined;
  /** RFC 3339 UTC. */
  readonly published_at: string;
}

/** Where a medium appears, by which Instagram tells other figures. */
export type MediaProduct = "FEED" | "REELS" | "STORY";
export type InsightMetric = "views" | "reach" | "likes" | "comments" | "shares" | "saved" | "profile_visits";

export interface PublishingLimit {
  readonly used: number;
  readonly total: number;
}

/**
 * Publishing on Instagram, and reading what came of it. One request a call. `retry_later` of a minute or more is a limit of theirs and no fault of the
 * post; of less, a trouble that may pass. A right that the token lacks is `auth_expired` of what publishes, and `permanent`
 * (`no_permission`) of what only reads: a token that may not read figures may publish all the same. README, Publishing, Readings.
 */
export interface InstagramClient {
  /** Makes a container, which nobody sees: an answer that got lost is `retry_later`. */
  createContainer(credentials: InstagramCredentials, form: ContainerForm): Promise<Outcome<string>>;
  containerState(credentials: InstagramCredentials, container_id: string): Promise<Outcome<ContainerState>>;
  /** Publishes a finished container and returns the media's id. Not to be repeated before it was read back: `unknown_outcome`. */
  publish(credentials: InstagramCredentials, container_id: string): Promise<Outcome<string>>;
  publishingLimit(credentials: InstagramCredentials): Promise<Outcome<PublishingLimit>>;
  /** The account's newest media, the newest first; its stories are a list of their own. */
  recentMedia(credentials: InstagramCredentials, kind: "media" | "stories"): Promise<Outcome<InstagramMedia[]>>;
  media(credentials: InstagramCredentials, id: string): Promise<Outcome<InstagramMedia>>;
  followers(credentials: InstagramCredentials): Promise<Outcome<number | undefined>>;
  product(credentials: InstagramCredentials, media_id: string): Promise<Outcome<MediaProduct>>;
  /** Totals since publication; what Instagram does not tell is missing. A product that is not the medium's is `permanent` (`graph_100`). */
  insights(credentials: InstagramCredentials, media_id: string, product: MediaProduct): Promise<Outcome<Partial<Record<InsightMetric, number>>>>;
}

export interface InstagramOptions extends Pick<HttpClientOptions, "clock" | "fetch" | "sleep" | "random" | "timeout_ms" | "budget_ms"> {
  /** `https://graph.instagram.com/v26.0` */
  readonly api_url: string;
}

/** Ids exceed what a double holds and come as texts; a number is read as one all the same. */
const GraphId = z.union([z.string().min(1), z.int().transform(String)]);
const Created = z.looseObject({ id: GraphId });
const Container = z.looseObject({ status_code: z.enum(["IN_PROGRESS", "FINISHED", "ERROR", "EXPIRED", "PUBLISHED"]), status: z.string().nullish() });
const Limit = z.looseObject({
  data: z.tuple([z.looseObject({ quota_usage: z.int().min(0), config: z.looseObject({ quota_total: z.int().min(0) }) })], z.looseObject({})),
});
/** `2026-11-20T10:00:00+0000`: their offset has no colon. */
const GraphTime = z
  .string()
  .transform((text) => new Date(text.replace(/([+-]\d{2})(\d{2})$/, "$1:$2")))
  .refine((time) => !Number.isNaN(time.getTime()), "is no time")
  .transform((time) => time.toISOString());
const Media = z
  .looseObject({ id: GraphId, caption: z.string().nullish(), permalink: z.url({ protocol: /^https$/ }).nullish(), timestamp: GraphTime })
  .transform(({ id, caption, permalink, timestamp }): InstagramMedia => ({
    id,
    published_at: timestamp,
    ...(!caption ? {} : { caption }),
    ...(!permalink ? {} : { permalink }),
  }));
const MediaPage = z.looseObject({ data: z.array(Media) });
const Product = z.looseObject({ media_product_type: z.enum(["AD", "FEED", "REELS", "STORY"]) });
const total = z.int().min(0);
/** Most metrics come as the one value of a lifetime, those that can be broken down as a total. */
const Insight = z.looseObject({
  name: z.string(),
  values: z.array(z.looseObject({ value: total.nullish().catch(undefined) })).nullish(),
  total_value: z.looseObject({ value: total.nullish() }).nullish(),
});
const InsightPage = z.looseObject({ data: z.array(Insight) });
const METRICS: Readonly<Record<MediaProduct, readonly InsightMetric[]>> = {
  FEED: ["views", "reach", "likes", "comments", "shares", "saved", "profile_visits"],
  REELS: ["views", "reach", "likes", "comments", "shares", "saved"],
  STORY: ["views", "reach", "shares", "profile_visits"],
};
const Account = z.looseObject({ followers_count: z.int().min(0).nullish() });

const states = { IN_PROGRESS: "in_progress", FINISHED: "finished", ERROR: "error", EXPIRED: "expired", PUBLISHED: "published" } as const;

/** Instagram's API with Instagram Login. The token travels in a header, so that no address and no failure shows it. */
export const instagramClient = ({ api_url, ...options }: InstagramOptions): InstagramClient => {
  /** Limits are each account's own, by the token of the org that asks, and so are pauses. */
  const clientOf = oneEach(
    ({ org_id, user_id }: InstagramCredentials) => `${org_id}/${user_id}`,
    () => httpClient({ ...options, base_url: api_url, attempts: 1, classify: (reply) => failureIn(reply, regainMs(reply)), quota: usedUpMs }),
  );
  const headersOf = ({ access_token }: InstagramCredentials) => ({ authorization: `Bearer ${access_token}` });
  /** What publishing needs to read; nothing can be published without it. */
  const read = async <S extends z.ZodType>(credentials: InstagramCredentials, path: string, reply: S): Promise<Outcome<z.output<S>>> =>
    needed(await readFigures(credentials, path, reply));
  const readFigures = async <S extends z.ZodType>(credentials: InstagramCredentials, path: string, reply: S): Promise<Outcome<z.output<S>>> =>
    harmless(await clientOf(credentials).call({ method: "GET", path, headers: headersOf(credentials), reply }));
  const own = ({ user_id }: InstagramCredentials): string => `/${encodeURIComponent(user_id)}`;

  return {
    createContainer: async (credentials, form) =>
      mapOk(
        needed(
          harmless(
            await clientOf(credentials).call({ method: "POST", path: `${own(credentials)}/media`, headers: headersOf(credentials), form, reply: Created }),
          ),
        ),
        ({ id }) => id,
      ),
    containerState: async (credentials, container_id) =>
      mapOk(await read(credentials, `/${encodeURIComponent(container_id)}?fields=status_code,status`, Container), ({ status_code, status }) => ({
        state: states[status_code],
        ...(status ? { detail: status.slice(0, 300), passes: isTransientUpload(status) } : {}),
      })),
    publish: async (credentials, container_id) =>
      mapOk(
        needed(
          await clientOf(credentials).call({
            method: "POST",
            path: `${own(credentials)}/media_publish`,
            headers: headersOf(credentials),
            form: { creation_id: container_id },
            reply: Created,
          }),
        ),
        ({ id }) => id,
      ),
    publishingLimit: async (credentials) =>
      mapOk(await read(credentials, `${own(credentials)}/content_publishing_limit?fields=config,quota_usage`, Limit), ({ data: [first] }) => ({
        used: first.quota_usage,
        total: first.config.quota_total,
      })),
    recentMedia: async (credentials, kind) =>
      mapOk(await read(credentials, `${own(credentials)}/${kind}?fields=id,caption,permalink,timestamp&limit=${RECENT}`, MediaPage), ({ data }) => data),
    media: (credentials, id) => read(credentials, `/${encodeURIComponent(id)}?fields=id,caption,permalink,timestamp`, Media),
    followers: async (credentials) =>
      mapOk(
        await readFigures(credentials, `${own(credentials)}?fields=id,username,followers_count`, Account),
        ({ followers_count }) => followers_count ?? undefined,
      ),
    product: async (credentials, media_id) =>
      mapOk(await readFigures(credentials, `/${encodeURIComponent(media_id)}?fields=media_product_type`, Product), ({ media_product_type: type }) =>
        // An ad is a medium of the feed that is paid for, too.
        type === "AD" ? "FEED" : type,
      ),
    insights: async (credentials, media_id, product) =>
      mapOk(await readFigures(credentials, `/${encodeURIComponent(media_id)}/insights?metric=${METRICS[product].join(",")}`, InsightPage), ({ data }) =>
        Object.fromEntries(
          data.flatMap(({ name, values, total_value }) => {
            const value = values?.[0]?.value ?? total_value?.value;
            return METRICS[product].includes(name as InsightMetric) && typeof value === "number" ? [[name, value]] : [];
          }),
        ),
      ),
  };
};

/** Of a call that leaves nothing behind that anybody sees: what is unknown may be asked again. */
const harmless = <T>(outcome: Outcome<T>): Outcome<T> => (outcome.kind === "unknown_outcome" ? retryLater(TROUBLE_MS, outcome.detail) : outcome);

/** Of a call without which nothing is published: only another token brings the right to it. */
const needed = <T>(outcome: Outcome<T>): Outcome<T> => (outcome.kind === "permanent" && outcome.code === NO_PERMISSION ? { kind: "auth_expired" } : outcome);

const Usage = z.looseObject({
  call_count: z.number().default(0),
  total_time: z.number().default(0),
  total_cputime: z.number().default(0),
  estimated_time_to_regain_access: z.number().default(0),
});
const BusinessUsage = z.record(z.string(), z.array(Usage));

const jsonIn = (headers: Headers, name: string): unknown => {
  try {
    return JSON.parse(headers.get(name) ?? "null");
  } catch {
    return null;
  }
};

/** What the headers say of allowances, the account's and the app's. */
const usages = ({ headers }: HttpReply): z.output<typeof Usage>[] => {
  const business = BusinessUsage.safeParse(jsonIn(headers, "x-business-use-case-usage"));
  const app = Usage.safeParse(jsonIn(headers, "x-app-usage"));
  return [...(business.success ? Object.values(business.data).flat() : []), ...(app.success ? [app.data] : [])];
};

/** Until when a throttle lasts by its own account, in milliseconds; the header counts minutes. */
const regainMs = (reply: HttpReply): number => Math.max(0, ...usages(reply).map((usage) => usage.estimated_time_to_regain_access)) * 60_000;

/** Asking on while an allowance is used up prolongs the block. */
const usedUpMs = (reply: HttpReply): number =>
  usages(reply).some((usage) => Math.max(usage.call_count, usage.total_time, usage.total_cputime) >= USED_UP) ? regainMs(reply) || USED_UP_MS : 0;
