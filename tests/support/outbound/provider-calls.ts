import type { Clients } from "./world.ts";

const ME = { org_id: "o", access_token: "t" };
const IG = { ...ME, user_id: "17841400000000001" };
const TT = { ...ME, open_id: "gym" };
const YT = { ...ME, channel_id: "UC1" };
const APP = { org_id: "o", client_id: "i", client_secret: "s" };
const PLANNER = { username: "u", api_key: "k" };
const TRACK = "soundcloud:tracks:1";
const user = (address: string) => ({ kind: "user", urn: "soundcloud:users:1", permalink_url: address, avatar_url: address, uri: address });
const track = (address: string) => ({
  kind: "track",
  urn: TRACK,
  permalink_url: address,
  artwork_url: address,
  uri: address,
  stream_url: address,
  user: user(address),
});
const media = (address: string) => ({ id: "1", permalink: address, media_url: address, thumbnail_url: address, timestamp: "2026-11-20T10:00:00+0000" });
/** The ways in which services name a next page. */
const nextOf = (address: string) => ({
  next_href: address,
  next: address,
  paging: { next: address, previous: address, cursors: { after: address } },
  nextPageToken: address,
  cursor: address,
  has_more: true,
  links: { next: address },
});

interface Call {
  readonly call: (clients: Clients) => Promise<unknown>;
  /** What the service answers when everything is well, with an address wherever it may name one. */
  readonly answer: (address: string) => unknown;
}

/** Every question that the clients ask of the outside services. */
export const providerCalls: Readonly<Record<string, Call>> = {
  "soundcloud.resolve": { call: ({ soundcloud }) => soundcloud.resolve("https://soundcloud.com/jane/night"), answer: (address) => ({ location: address }) },
  "soundcloud.userByUrl": { call: ({ soundcloud }) => soundcloud.userByUrl("https://soundcloud.com/jane"), answer: (address) => ({ location: address }) },
  "soundcloud.track": { call: ({ soundcloud }) => soundcloud.track(TRACK), answer: track },
  "soundcloud.tracks": {
    call: ({ soundcloud }) => soundcloud.tracks([TRACK]),
    answer: (address) => ({ collection: [track(address)], ...nextOf(address) }),
  },
  "soundcloud.user": { call: ({ soundcloud }) => soundcloud.user("soundcloud:users:1"), answer: user },
  "soundcloud.users": {
    call: ({ soundcloud }) => soundcloud.users(["soundcloud:users:1"]),
    answer: (address) => ({ collection: [user(address)], ...nextOf(address) }),
  },
  "soundcloud.reposters": {
    call: ({ soundcloud }) => Array.fromAsync(soundcloud.reposters(TRACK)),
    answer: (address) => ({ collection: [user(address)], ...nextOf(address) }),
  },
  "soundcloud.hasReposted": {
    call: ({ soundcloud }) => soundcloud.hasReposted(TRACK, "soundcloud:users:2"),
    answer: (address) => ({ collection: [user(address)], ...nextOf(address) }),
  },
  "planner.create": {
    call: ({ planner }) => planner.create(PLANNER, { track_url: "https://soundcloud.com/jane/night", targets: ["SOUNDCLOUD-USER-1"] }),
    answer: (address) => ({ status: "CREATED", data: [address], ...nextOf(address) }),
  },
  "planner.findMember": {
    call: ({ planner }) => planner.findMember(PLANNER, "jane"),
    answer: (address) => ({ results: [{ user_id: "SOUNDCLOUD-USER-1", status: "LINKED", profile_url: address }], last: false, ...nextOf(address) }),
  },
  "slack.post": { call: ({ slack }) => slack.post("https://hooks.slack.com/services/T0AAA/B0BBB/secret", "Hello"), answer: (address) => address },
  "instagram.createContainer": {
    call: ({ instagram }) => instagram.createContainer(IG, { image_url: "https://media.example.com/1.jpg" }),
    answer: (address) => ({ id: "1", uri: address }),
  },
  "instagram.containerState": {
    call: ({ instagram }) => instagram.containerState(IG, "1"),
    answer: (address) => ({ status_code: "FINISHED", status: address, ...nextOf(address) }),
  },
  "instagram.publish": { call: ({ instagram }) => instagram.publish(IG, "1"), answer: (address) => ({ id: address, ...nextOf(address) }) },
  "instagram.publishingLimit": {
    call: ({ instagram }) => instagram.publishingLimit(IG),
    answer: (address) => ({ data: [{ quota_usage: 0, config: { quota_total: 100 } }], ...nextOf(address) }),
  },
  "instagram.recentMedia": {
    call: ({ instagram }) => instagram.recentMedia(IG, "media"),
    answer: (address) => ({ data: [media(address)], ...nextOf(address) }),
  },
  "instagram.media": { call: ({ instagram }) => instagram.media(IG, "1"), answer: media },
  "instagram.followers": {
    call: ({ instagram }) => instagram.followers(IG),
    answer: (address) => ({ followers_count: 1, profile_picture_url: address, ...nextOf(address) }),
  },
  "instagram.product": {
    call: ({ instagram }) => instagram.product(IG, "1"),
    answer: (address) => ({ media_product_type: "FEED", ...media(address) }),
  },
  "instagram.insights": {
    call: ({ instagram }) => instagram.insights(IG, "1", "FEED"),
    answer: (address) => ({ data: [{ name: "likes", values: [{ value: 1 }], id: address }], ...nextOf(address) }),
  },
  "tiktok.videos": {
    call: ({ tiktok }) => tiktok.videos(TT, ["1"]),
    answer: (address) => ({ error: { code: "ok" }, data: { videos: [{ id: "1", share_url: address, cover_image_url: address }], ...nextOf(address) } }),
  },
  "tiktok.followers": {
    call: ({ tiktok }) => tiktok.followers(TT),
    answer: (address) => ({ error: { code: "ok" }, data: { user: { follower_count: 1, avatar_url: address } } }),
  },
  "tiktok.refresh": {
    call: ({ tiktok }) => tiktok.refresh(APP, "r"),
    answer: (address) => ({ access_token: "t", refresh_token: "r", expires_in: 60, token_url: address, scope: address }),
  },
  "youtube.videos": {
    call: ({ youtube }) => youtube.videos(YT, ["1"]),
    answer: (address) => ({ items: [{ id: "1", statistics: {}, snippet: { thumbnails: { default: { url: address } } } }], ...nextOf(address) }),
  },
  "youtube.followers": {
    call: ({ youtube }) => youtube.followers(YT),
    answer: (address) => ({ items: [{ id: "UC1", statistics: { subscriberCount: "1" } }], ...nextOf(address) }),
  },
  "youtube.refresh": {
    call: ({ youtube }) => youtube.refresh(APP, "r"),
    answer: (address) => ({ access_token: "t", expires_in: 60, id_token: address, scope: address }),
  },
  "mailer.send": {
    call: ({ mailer }) => mailer.send({ from: "a@agency.example", to: "b@example.com", subject: "Hello", html: "<p>Hello</p>" }, "key"),
    answer: (address) => ({ id: address, ...nextOf(address) }),
  },
  "mailer.get": {
    call: ({ mailer }) => mailer.get("1"),
    answer: (address) => ({ id: "1", to: [address], from: address, subject: address, created_at: "2026-11-20 10:00:00.674981+00", html: address }),
  },
};

/** The questions that clients can be asked and that have no row here. */
export const uncalled = (clients: Clients): string[] =>
  Object.entries(clients)
    .flatMap(([service, client]) => Object.keys(client).map((method) => `${service}.${method}`))
    .filter((name) => !Object.hasOwn(providerCalls, name));
