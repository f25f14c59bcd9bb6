import * as z from "zod";
import { ratio } from "../../kernel/ratio.ts";
import { type PostFacts, type QuantityName, WINDOW_HOURS, quantities } from "./quantities.ts";

export const Scale = z.enum(["count", "hours", "score", "ratio", "percent", "per_hour"]);
export type Scale = z.output<typeof Scale>;

/** What a metric is: `numerator` by `denominator`, times 100 where the scale is percent. README, Metrics. */
export const MetricDefinition = z.object({
  name: z.string(),
  /** In words. */
  formula: z.string(),
  scale: Scale,
  /** A quantity's name. */
  numerator: z.string(),
  /** A quantity's name; null for a metric that is no quotient. */
  denominator: z.string().nullable(),
  /** Whence the numerator comes: counted here, said by the network, or computed from both. */
  source: z.enum(["counted", "network", "computed"]),
});
export type MetricDefinition = z.output<typeof MetricDefinition>;

/** A metric of one post. */
export const MetricValue = z.object({
  name: z.string(),
  /** Exact decimal text; four decimals where the metric is a quotient. Null is silence, "0" and "0.0000" are measured. */
  value: z.string().nullable(),
  numerator: z.int().nullable(),
  denominator: z.int().nullable(),
  /** Whether there is a value. */
  rate_defined: z.boolean(),
});
export type MetricValue = z.output<typeof MetricValue>;

interface Metric {
  readonly name: string;
  readonly scale: Scale;
  readonly numerator: QuantityName;
  readonly denominator?: QuantityName;
}

const plain = (name: string, numerator: QuantityName, scale: Scale = "count"): Metric => ({ name, scale, numerator });
const by = (name: string, numerator: QuantityName, denominator: QuantityName, scale: Scale = "ratio"): Metric => ({ name, scale, numerator, denominator });

/** Every metric of a post. Names are for ever: what a name means never changes. */
const metrics: readonly Metric[] = [
  plain("likes_count", "likes"),
  plain("comments_count", "comments"),
  plain("shares_count", "shares"),
  plain("saves_count", "saves"),
  plain("views_count", "views"),
  plain("reach", "reach"),
  plain("impressions", "impressions"),
  plain("followers_at_snapshot", "followers"),
  plain("profile_visits", "profile_visits"),
  plain("website_clicks", "website_clicks"),
  plain("conversion_events", "conversions"),
  plain("total_engagement", "engagements"),
  plain("full_engagement", "full_engagements"),
  plain("hours_since_published", "hours", "hours"),

  by("er_by_followers", "engagements", "followers"),
  by("er_by_views", "full_engagements", "views"),
  by("er_by_reach", "likes_and_comments", "reach", "percent"),
  by("er_full_by_reach", "full_engagements", "reach", "percent"),
  by("er_by_impressions", "full_engagements", "impressions"),

  by("likes_by_followers", "likes", "followers"),
  by("comments_by_followers", "comments", "followers"),
  by("shares_by_followers", "shares", "followers"),
  by("saves_by_followers", "saves", "followers"),
  by("views_by_followers", "views", "followers"),
  by("reach_by_followers", "reach", "followers"),
  by("likes_by_views", "likes", "views"),
  by("comments_by_views", "comments", "views"),
  by("shares_by_views", "shares", "views"),
  by("saves_by_views", "saves", "views"),
  by("likes_by_reach", "likes", "reach"),
  by("comments_by_reach", "comments", "reach"),
  by("shares_by_reach", "shares", "reach"),
  by("saves_by_reach", "saves", "reach"),
  by("views_by_reach", "views", "reach"),
  by("impressions_by_reach", "impressions", "reach"),

  by("likes_by_engagement", "likes", "full_engagements"),
  by("comments_by_engagement", "comments", "full_engagements"),
  by("shares_by_engagement", "shares", "full_engagements"),
  by("saves_by_engagement", "saves", "full_engagements"),
  by("comments_by_likes", "comments", "likes"),
  by("shares_by_likes", "shares", "likes"),
  by("saves_by_likes", "saves", "likes"),

  by("click_through_rate", "website_clicks", "impressions"),
  by("profile_visits_by_reach", "profile_visits", "reach"),
  by("website_clicks_by_profile_visits", "website_clicks", "profile_visits"),
  by("conversions_by_website_clicks", "conversions", "website_clicks"),
  by("conversions_by_reach", "conversions", "reach"),
  by("conversions_by_engagement", "conversions", "engagements"),

  plain("engaged_users_90d", "engaged_users_90d"),
  by("conversion_rate_90d", "conversions_90d", "engaged_users_90d"),
  by("subscription_rate_90d", "subscriptions_90d", "engaged_users_90d"),

  by("engagements_per_hour", "engagements", "hours", "per_hour"),
  by("views_per_hour", "views", "hours", "per_hour"),
  ...WINDOW_HOURS.map((hours) => by(`engagement_velocity_${hours}h`, `engagements_${hours}h`, `span_${hours}h`, "per_hour")),
  ...WINDOW_HOURS.map((hours) => by(`view_velocity_${hours}h`, `views_${hours}h`, `span_${hours}h`, "per_hour")),
  ...WINDOW_HOURS.map((hours) => by(`share_velocity_${hours}h`, `shares_${hours}h`, `span_${hours}h`, "per_hour")),
  ...WINDOW_HOURS.map((hours) => by(`comment_velocity_${hours}h`, `comments_${hours}h`, `span_${hours}h`, "per_hour")),
  ...WINDOW_HOURS.map((hours) => by(`engagement_share_${hours}h`, `engagements_${hours}h`, "engagements")),

  plain("virality_score", "virality", "score"),
  plain("quality_score", "quality", "score"),
  plain("relevance_score", "relevance", "score"),
];

const define = ({ name, scale, numerator, denominator }: Metric): MetricDefinition => {
  const { words, source } = quantities[numerator];
  const formula = denominator === undefined ? words : `(${words})${scale === "percent" ? " x 100" : ""} / ${quantities[denominator].words}`;
  return { name, formula, scale, numerator, denominator: denominator ?? null, source };
};

/** The registry: every metric with its formula. */
export const metricDefinitions: readonly MetricDefinition[] = metrics.map(define);

/** `above` by `below` with four decimals; without a value where one of them is not known, or `below` is 0. */
export const quotient = ({ name, scale }: Pick<Metric, "name" | "scale">, above: number | null, below: number | null): MetricValue => {
  if (above === null || below === null || below === 0) return { name, value: null, numerator: above, denominator: below, rate_defined: false };
  const value = ratio(BigInt(above) * (scale === "percent" ? 100n : 1n), BigInt(below), 4);
  return { name, value, numerator: above, denominator: below, rate_defined: true };
};

const evaluate = ({ name, scale, numerator, denominator }: Metric, facts: PostFacts): MetricValue => {
  const above = quantities[numerator].of(facts);
  if (denominator !== undefined) return quotient({ name, scale }, above, quantities[denominator].of(facts));
  return { name, value: above === null ? null : String(above), numerator: above, denominator: null, rate_defined: above !== null };
};

/** Every metric of one post, in the registry's order; null where numerator or denominator is not known, or the denominator is 0. */
export const metricsOf = (facts: PostFacts): MetricValue[] => metrics.map((metric) => evaluate(metric, facts));
