import type { SocialAccount } from "../account/social-account.ts";
import type { PostDay } from "../engagement/post-day.ts";
import type { Post } from "../post/post.ts";
import { ratio } from "../../kernel/ratio.ts";
import { type Counts, type CountName, countsByDay, totalsUntil } from "./daily-totals.ts";
import { engagementRate } from "./engagement-rate.ts";
import type { PostAnalytics } from "./post-analytics.ts";
import { INSIGHTS, type InsightName, type PostInsight } from "./post-insight.ts";
import { qualityScore, viralityScore } from "./scores.ts";

/** All that a post's rows are made of. */
export interface Sources {
  readonly post: Post & { readonly published_at: string };
  readonly days: readonly PostDay[];
  readonly insights: readonly PostInsight[];
  readonly rows: readonly PostAnalytics[];
  readonly account: Pick<SocialAccount, "follower_count"> | undefined;
  /** Conversions whose last touch was with the post, until now. */
  readonly conversions: number;
  /** By the org's lexicon as it is now. */
  readonly relevance: number;
  readonly now: Date;
}

type System = "id" | "version" | "created_at" | "updated_at";
/** A row as it should be. */
export type Analysis = Omit<PostAnalytics, System>;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

type Said = Partial<Record<InsightName, number>>;

/** What the network had said by the end of a day: of each number its last word. */
const saidUntil = (insights: readonly PostInsight[], date: string): Said => {
  const said: Said = {};
  for (const insight of insights.filter(({ day }) => day <= date).toSorted((a, b) => (a.day < b.day ? -1 : 1)))
    for (const name of INSIGHTS) if (insight[name] !== undefined) said[name] = insight[name];
  return said;
};

/** Followers on that day: as said on it, as known now where the day is today, as noted then, as last said, as at publication. */
const followersOn = ({ post, insights, rows, account }: Sources, date: string, isToday: boolean, said: Said): number | undefined =>
  insights.find(({ day }) => day === date)?.followers ??
  (isToday ? account?.follower_count : undefined) ??
  rows.find(({ analysis_date }) => analysis_date === date)?.followers_at_snapshot ??
  said.followers ??
  post.followers_at_publication;

const hoursSince = (published_at: string, date: string, now: Date): number => {
  const until = Math.min(now.getTime(), Date.parse(date) + DAY_MS);
  return Math.max(0, Math.floor((until - Date.parse(published_at)) / HOUR_MS));
};

/** Without what nobody has said. */
const known = <T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined | null> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null)) as never;

const analysisOf = (sources: Sources, counted: Counts, date: string, today: string): Analysis => {
  const { post, rows, now } = sources;
  const said = saidUntil(sources.insights, date);
  // A network may know of more than it reports one by one.
  const total = (name: CountName): number => Math.max(counted[name], said[name] ?? 0, 0);
  const [likes, comments, shares, saves] = [total("likes"), total("comments"), total("shares"), total("saves")];
  const followers = followersOn(sources, date, date === today, said);
  const { engagement_rate, rate_defined } = engagementRate({ likes, comments, shares }, followers);
  const { reach, impressions, profile_visits, website_clicks } = said;
  const noted = rows.find(({ analysis_date }) => analysis_date === date);
  const conversion_events = date === today ? sources.conversions : noted?.conversion_events;
  const relevance_score = date === today ? sources.relevance : (noted?.relevance_score ?? sources.relevance);
  return {
    org_id: post.org_id,
    post_id: post.id,
    platform: post.platform,
    analysis_date: date,
    hours_since_published: hoursSince(post.published_at, date, now),
    likes_count: likes,
    comments_count: comments,
    shares_count: shares,
    saves_count: saves,
    views_count: total("views"),
    engagement_rate,
    rate_defined,
    ...known({
      followers_at_snapshot: followers,
      reach,
      impressions,
      click_through_rate: impressions && website_clicks !== undefined ? ratio(BigInt(website_clicks), BigInt(impressions), 4) : undefined,
      profile_visits,
      website_clicks,
      conversion_events,
      virality_score: viralityScore(shares, reach),
      quality_score: qualityScore({ saves, comments }, reach),
      relevance_score,
    }),
  } as Analysis;
};

/**
 * A post's rows as they should be, in the order of days: one for each day since its publication on which something was
 * counted or said or that has a row already, and today's, the last. The order in which events came makes no difference.
 */
export const analysePost = (sources: Sources): Analysis[] => {
  const { post, days, insights, rows, now } = sources;
  const today = now.toISOString().slice(0, 10);
  const byDay = countsByDay(days);
  const dates = [...byDay.keys(), ...insights.map(({ day }) => day), ...rows.map(({ analysis_date }) => analysis_date), today];
  const since = post.published_at.slice(0, 10);
  return [...new Set(dates)]
    .filter((date) => date >= since && date <= today)
    .toSorted()
    .map((date) => analysisOf(sources, totalsUntil(byDay, date), date, today));
};
