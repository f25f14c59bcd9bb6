/** Hours after publication in which velocities are measured. */
export const WINDOW_HOURS = [1, 6, 24, 72, 168] as const;
export type WindowHours = (typeof WINDOW_HOURS)[number];

/** What one post's totals say, each null where nobody has said it. */
export interface Totals {
  readonly likes: number | null;
  readonly comments: number | null;
  readonly shares: number | null;
  readonly saves: number | null;
  readonly views: number | null;
  readonly reach: number | null;
  readonly impressions: number | null;
  readonly followers: number | null;
  readonly profile_visits: number | null;
  readonly website_clicks: number | null;
  readonly conversions: number | null;
  readonly engaged_users_90d: number | null;
  readonly conversions_90d: number | null;
  readonly subscriptions_90d: number | null;
  readonly hours: number | null;
  readonly virality: number | null;
  readonly quality: number | null;
  readonly relevance: number | null;
}

/** What was counted in the first hours of a post, in the order of `WINDOW_HOURS`; null where those hours are not over. */
export interface Early {
  readonly engagements: number;
  readonly views: number;
  readonly shares: number;
  readonly comments: number;
}
export type EarlyCounts = Readonly<Record<WindowHours, Early | null>>;

/** All that is known of one post, from which every metric is computed. */
export interface PostFacts {
  readonly totals: Totals;
  readonly early: EarlyCounts;
}

type Read = (facts: PostFacts) => number | null;
interface Quantity {
  /** In words, as formulas name it. */
  readonly words: string;
  readonly source: "counted" | "network" | "computed";
  readonly of: Read;
}

const quantity = (words: string, source: Quantity["source"], of: Read): Quantity => ({ words, source, of });

/** The sum of what is all known. */
const sum =
  (...names: readonly (keyof Totals)[]): Read =>
  ({ totals }) =>
    names.reduce<number | null>((all, name) => {
      const part = totals[name];
      return all === null || part === null ? null : all + part;
    }, 0);

const plain = {
  likes: quantity("likes", "counted", sum("likes")),
  comments: quantity("comments", "counted", sum("comments")),
  shares: quantity("shares", "counted", sum("shares")),
  saves: quantity("saves", "counted", sum("saves")),
  views: quantity("views", "counted", sum("views")),
  reach: quantity("people reached", "network", sum("reach")),
  impressions: quantity("impressions", "network", sum("impressions")),
  followers: quantity("followers at the snapshot", "network", sum("followers")),
  profile_visits: quantity("profile visits", "network", sum("profile_visits")),
  website_clicks: quantity("website clicks", "network", sum("website_clicks")),
  conversions: quantity("conversions", "counted", sum("conversions")),
  engaged_users_90d: quantity("known persons who liked, commented, shared or saved in the last 90 days", "counted", sum("engaged_users_90d")),
  conversions_90d: quantity("conversions in the last 90 days", "counted", sum("conversions_90d")),
  subscriptions_90d: quantity("subscriptions in the last 90 days", "counted", sum("subscriptions_90d")),
  hours: quantity("hours since publication", "computed", sum("hours")),
  engagements: quantity("likes + comments + shares", "counted", sum("likes", "comments", "shares")),
  full_engagements: quantity("likes + comments + shares + saves", "counted", sum("likes", "comments", "shares", "saves")),
  likes_and_comments: quantity("likes + comments", "counted", sum("likes", "comments")),
  virality: quantity("virality score", "computed", sum("virality")),
  quality: quantity("quality score", "computed", sum("quality")),
  relevance: quantity("relevance score", "computed", sum("relevance")),
};

type EarlyName = `${keyof Early}_${WindowHours}h`;
const EARLY_WORDS: Readonly<Record<keyof Early, string>> = {
  engagements: "likes + comments + shares",
  views: "views",
  shares: "shares",
  comments: "comments",
};
const early = Object.fromEntries(
  (Object.keys(EARLY_WORDS) as (keyof Early)[]).flatMap((name) =>
    WINDOW_HOURS.map((hours) => [
      `${name}_${hours}h`,
      quantity(`${EARLY_WORDS[name]} in the first ${hours} h`, "counted", (facts) => facts.early[hours]?.[name] ?? null),
    ]),
  ),
) as Readonly<Record<EarlyName, Quantity>>;

const spans = Object.fromEntries(WINDOW_HOURS.map((hours) => [`span_${hours}h`, quantity(`${hours} h`, "computed", () => hours)])) as Readonly<
  Record<`span_${WindowHours}h`, Quantity>
>;

/** What metrics are made of, by name. */
export const quantities = { ...plain, ...early, ...spans };
export type QuantityName = keyof typeof quantities;
