import { type Counted, audience } from "../audience.ts";
import { type SandboxOptions, type SandboxReply, type SandboxRequest, type SandboxRoutes, type SandboxServer, jsonOf, startServer } from "../server.ts";
import { digits, stateFile } from "../state.ts";
import { badToken, faultReplies, graphError, missing } from "./errors.ts";

const DAY_MS = 24 * 3_600_000;
const MAX_PAGE = 50;
const CONTAINERS_A_DAY = 400;
const FEW_VIEWERS = 5;
const FEED = ["views", "reach", "likes", "comments", "shares", "saved", "total_interactions", "follows", "profile_visits", "profile_activity", "reposts"];
/** What is told of each kind of media. One other name, and nothing is told. */
const METRICS: Readonly<Record<Media["product"], readonly string[]>> = {
  FEED,
  REELS: ["views", "reach", "likes", "comments", "shares", "saved", "total_interactions", "reposts"],
  STORY: ["views", "reach", "replies", "shares", "total_interactions", "follows", "profile_visits", "profile_activity", "navigation", "link_clicks"],
};
/** Ids begin where no example of the documentation lies. */
const FIRST_ID = 7_000_000;

interface Account {
  readonly user_id: string;
  username: string;
  followers: number;
  quota_total: number;
  /** Whether its owner lets figures be read. */
  tells_insights?: boolean;
}
interface Container {
  readonly id: string;
  readonly user_id: string;
  readonly form: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly made_at: number;
  readonly ready_at: number;
  media_id?: string;
}
interface Media {
  readonly id: string;
  readonly user_id: string;
  readonly container_id: string;
  readonly caption?: string;
  readonly product: "FEED" | "REELS" | "STORY";
  readonly shortcode: string;
  readonly at: number;
}
interface State {
  made: number;
  accounts: Account[];
  containers: Container[];
  media: Media[];
  /** By media, in place of what grows with the clock; null is left out of replies. */
  counted: Record<string, Counted>;
  /** Seconds that a video is worked on before its container is finished. */
  video_s: number;
}

const graphTime = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, "+0000");

/** Instagram on this machine, as far as posts are published on it and read: containers, their states, publication and its limits, insights. */
export const startInstagramSandbox = async (options: SandboxOptions = {}): Promise<SandboxServer> => {
  const { now = () => new Date(), seed = "groundswell" } = options;
  const state: State = { made: 0, accounts: [], containers: [], media: [], counted: {}, video_s: 10 };
  const file = stateFile(options.state_file, () => state);
  Object.assign(state, file.saved);
  const time = (): number => now().getTime();
  const nextId = (kind: "1788" | "1789"): string => `${kind}${String(FIRST_ID + (state.made += 1)).padStart(13, "0")}`;

  /** Whoever asks with a token has an account here; the controls say more of it. */
  const accountOf = (user_id: string): Account => {
    const known = state.accounts.find((account) => account.user_id === user_id);
    if (known) return known;
    const made: Account = { user_id, username: `account-${user_id}`, followers: 10_000, quota_total: 100 };
    state.accounts.push(made);
    return made;
  };

  /** What the API objects to in a container's fields. */
  const objection = (user_id: string, form: Readonly<Record<string, string>>): SandboxReply | undefined => {
    const url = form["image_url"] ?? form["video_url"];
    const { caption = "" } = form;
    if (state.containers.filter((one) => one.user_id === user_id && one.made_at > time() - DAY_MS).length >= CONTAINERS_A_DAY)
      return graphError(9, "The account has made too many containers.", { subcode: 2207042 });
    if ([...caption].length > 2200) return graphError(36004, "The caption is too long.", { subcode: 2207010 });
    if ((caption.match(/#[\p{L}\p{N}_]/gu) ?? []).length > 30) return graphError(100, "Too many hashtags.", { subcode: 2207040 });
    if (form["media_type"] === "CAROUSEL") {
      const children = (form["children"] ?? "").split(",").filter(Boolean);
      const isKnown = children.every((id) =>
        state.containers.some((one) => one.id === id && one.user_id === user_id && one.form["is_carousel_item"] === "true"),
      );
      return children.length >= 2 && children.length <= 10 && isKnown ? undefined : graphError(100, "A carousel has 2 to 10 children.", { subcode: 2207028 });
    }
    if (url === undefined || URL.parse(url)?.protocol !== "https:")
      return graphError(100, "Only photo or video can be accepted as media type.", { subcode: 2207023 });
    if (URL.parse(url)?.hostname === "unreachable.example.com") return graphError(9004, "The media could not be fetched from this URI.", { subcode: 2207052 });
    return undefined;
  };

  const createContainer = ({ params, text }: SandboxRequest): SandboxReply => {
    const user_id = params["id"]!;
    const form = Object.fromEntries(new URLSearchParams(text));
    const refused = objection(accountOf(user_id).user_id, form);
    if (refused) return refused;
    const works_s = form["video_url"] === undefined ? 0 : state.video_s;
    const children = (form["children"] ?? "").split(",").flatMap((id) => state.containers.filter((one) => one.id === id));
    const ready_at = Math.max(time() + works_s * 1000, ...children.map((child) => child.ready_at));
    const made: Container = { id: nextId("1788"), user_id, form, made_at: time(), ready_at };
    state.containers.push(made);
    file.changed();
    return { status: 200, body: { id: made.id } };
  };

  const statusOf = (container: Container): { status_code: string; status: string } => {
    const url = container.form["video_url"] ?? container.form["image_url"] ?? "";
    const failed = /\/fails-(\d+)\.\w+$/.exec(url)?.[1];
    if (container.media_id !== undefined) return { status_code: "PUBLISHED", status: "Published: Media has been successfully published." };
    if (time() >= container.made_at + DAY_MS) return { status_code: "EXPIRED", status: "Expired: Media was not published within 24 hours." };
    if (time() < container.ready_at) return { status_code: "IN_PROGRESS", status: "In Progress: Media is still being processed." };
    if (failed !== undefined) return { status_code: "ERROR", status: `Error: Media upload has failed with error code ${failed}` };
    return { status_code: "FINISHED", status: "Finished: Media has been uploaded and it is ready to be published." };
  };

  const publish = ({ params, text }: SandboxRequest): SandboxReply => {
    const account = accountOf(params["id"]!);
    const container = state.containers.find(({ id, user_id }) => id === new URLSearchParams(text).get("creation_id") && user_id === account.user_id);
    if (!container) return graphError(24, "The requested resource does not exist.", { subcode: 2207006 });
    const { status_code } = statusOf(container);
    if (status_code === "EXPIRED") return graphError(-2, "The container has expired.", { subcode: 2207020 });
    if (status_code === "IN_PROGRESS") return graphError(9007, "Media ID is not available", { subcode: 2207027 });
    if (status_code !== "FINISHED") return graphError(100, "The media cannot be published.", { subcode: 2207023 });
    if (published(account).length >= account.quota_total)
      return graphError(9, "You reached maximum number of posts that is allowed to be published by Content Publishing API.", { subcode: 2207042 });
    const id = nextId("1789");
    const { caption, media_type } = container.form;
    state.media.unshift({
      id,
      user_id: account.user_id,
      container_id: container.id,
      ...(caption === undefined || media_type === "STORIES" ? {} : { caption }),
      product: media_type === "STORIES" ? "STORY" : media_type === "REELS" ? "REELS" : "FEED",
      shortcode: `C${digits(seed, id, 10)}`,
      at: time(),
    });
    container.media_id = id;
    file.changed();
    return { status: 200, body: { id } };
  };

  const published = ({ user_id }: Account): Media[] => state.media.filter((media) => media.user_id === user_id && media.at > time() - DAY_MS);

  const shown = (media: Media): object => ({
    id: media.id,
    ...(media.caption === undefined ? {} : { caption: media.caption }),
    media_product_type: media.product,
    permalink:
      media.product === "STORY"
        ? `https://www.instagram.com/stories/${accountOf(media.user_id).username}/${media.id}`
        : `https://www.instagram.com/${media.product === "REELS" ? "reel" : "p"}/${media.shortcode}/`,
    shortcode: media.shortcode,
    timestamp: graphTime(media.at),
    username: accountOf(media.user_id).username,
  });

  const list =
    (isStory: boolean) =>
    ({ params, query }: SandboxRequest): SandboxReply => {
      const all = state.media.filter(
        ({ user_id, product, at }) => user_id === params["id"] && (product === "STORY") === isStory && (!isStory || at > time() - DAY_MS),
      );
      return { status: 200, body: { data: all.slice(0, Math.min(MAX_PAGE, Number(query.get("limit") ?? 25))).map(shown) } };
    };

  const read = ({ params }: SandboxRequest): SandboxReply => {
    const container = state.containers.find(({ id }) => id === params["id"]);
    if (container) return { status: 200, body: { id: container.id, ...statusOf(container) } };
    const media = state.media.find(({ id }) => id === params["id"]);
    if (media) return { status: 200, body: shown(media) };
    const account = /^1784\d+$/.test(params["id"]!) ? accountOf(params["id"]!) : undefined;
    return account ? { status: 200, body: { id: account.user_id, username: account.username, followers_count: account.followers } } : missing;
  };

  const insights = ({ params, query }: SandboxRequest): SandboxReply => {
    const media = state.media.find(({ id }) => id === params["id"]);
    if (!media || (media.product === "STORY" && media.at <= time() - DAY_MS)) return missing;
    if (accountOf(media.user_id).tells_insights === false) return graphError(10, "(#10) Application does not have permission for this action");
    const names = (query.get("metric") ?? "").split(",");
    if (!names.every((name) => METRICS[media.product].includes(name)))
      return graphError(100, "(#100) Incompatible metrics with the media's type or product type");
    const { saves, ...counted } = { ...audience(seed, media.id, media.at, time()), ...state.counted[media.id] };
    const told: Counted = { saved: saves ?? null, ...counted };
    if (media.product === "STORY" && (told["views"] ?? 0) < FEW_VIEWERS) return graphError(10, "(#10) Not enough viewers for the media to show insights");
    const rows = names.flatMap((name) =>
      typeof told[name] === "number"
        ? [{ name, period: "lifetime", values: [{ value: told[name] }], title: name, id: `${media.id}/insights/${name}/lifetime` }]
        : [],
    );
    return { status: 200, body: { data: rows } };
  };

  const tokenOf = ({ headers }: SandboxRequest): string | undefined => /^Bearer (\S+)$/.exec(headers.authorization ?? "")?.[1];

  const controls: SandboxRoutes = {
    /** `{ user_id, username?, followers?, quota_total?, tells_insights? }`: what is true of an account. */
    "PUT /sandbox/accounts": (request) => {
      const { user_id, ...more } = jsonOf(request) as unknown as Pick<Account, "user_id"> & Partial<Account>;
      Object.assign(accountOf(user_id), more);
      file.changed();
      return { status: 204 };
    },
    /** `{ video_s }`: how long videos are worked on from now on. */
    "PUT /sandbox/processing": (request) => {
      state.video_s = Number(jsonOf(request)?.["video_s"] ?? 10);
      return { status: 204 };
    },
    /** `{ user_id, caption, product? }`: somebody publishes in the app. */
    "POST /sandbox/media": (request) => {
      const { user_id, caption, product = "FEED" } = jsonOf(request) as unknown as { user_id: string; caption: string; product?: Media["product"] };
      const id = nextId("1789");
      state.media.unshift({ id, user_id, container_id: "", caption, product, shortcode: `C${digits(seed, id, 10)}`, at: time() });
      file.changed();
      return { status: 201, body: { id } };
    },
    /** `{ id, counted }`: what is told of a medium from now on: `{ likes: 12, saves: null }`. */
    "PUT /sandbox/insights": (request) => {
      const { id, counted } = jsonOf(request) as unknown as { id: string; counted: Counted };
      state.counted[id] = counted;
      file.changed();
      return { status: 204 };
    },
    "GET /sandbox/media": () => ({ status: 200, body: { items: state.media } }),
    "GET /sandbox/containers": () => ({ status: 200, body: { items: state.containers } }),
  };

  return startServer({
    port: options.port,
    state: file,
    routes: {
      "POST /v26.0/{id}/media": createContainer,
      "GET /v26.0/{id}/media": list(false),
      "GET /v26.0/{id}/stories": list(true),
      "POST /v26.0/{id}/media_publish": publish,
      "GET /v26.0/{id}/content_publishing_limit": ({ params }) => {
        const account = accountOf(params["id"]!);
        return {
          status: 200,
          body: { data: [{ config: { quota_total: account.quota_total, quota_duration: 86_400 }, quota_usage: published(account).length }] },
        };
      },
      "GET /v26.0/{id}/insights": insights,
      "GET /v26.0/{id}": read,
    },
    controls,
    guard: (request) => {
      const token = tokenOf(request);
      return token === undefined || token === "expired" ? badToken : undefined;
    },
    notFound: missing,
    fault_replies: () => faultReplies,
  });
};
