import { isDeepStrictEqual } from "node:util";
import type { OrgCtx } from "../../kernel/context.ts";
import { todayOf } from "../../kernel/days.ts";
import { every } from "../../kernel/table/every.ts";
import { type Write, contend, stillMissing, transact } from "../../kernel/table/table.ts";
import { SocialAccount } from "../account/social-account.ts";
import { PostRevenue } from "../conversion/post-revenue.ts";
import { PostDay } from "../engagement/post-day.ts";
import { Post } from "../post/post.ts";
import { social } from "../table.ts";
import { getLexicon } from "../trend/get-lexicon.ts";
import { type Analysis, analysePost } from "./analyse-post.ts";
import { boardsOf, leavesOn } from "./boards.ts";
import { engagementRate } from "./engagement-rate.ts";
import { PostAnalytics } from "./post-analytics.ts";
import { PostInsight } from "./post-insight.ts";
import { postRelevance } from "./post-relevance.ts";
import { PostStanding } from "./post-standing.ts";
import { followingWrites, movesPlaces } from "./standing-writes.ts";

/** Late events may change many rows; so many go in one transaction. */
const MOST_ROWS = 90;
const CAPTION = 80;
/** What places hold of a post beside their order. */
const SHOWN = ["engagement_rate", "rate_defined", "conversion_count", "account_id", "template_id"] as const satisfies readonly (keyof PostStanding)[];
const consistent = { consistent: true } as const;

type PublishedPost = Post & { readonly published_at: string };
const isPublished = (post: Post): post is PublishedPost => post.status === "published" && post.published_at !== undefined;

/** Everything that the rows of a post are made of, as it is now. */
const gather = async (ctx: OrgCtx, post: PublishedPost) => {
  const at = { org_id: ctx.org_id, post_id: post.id };
  const [days, insights, rows, account, revenue, lexicon] = await Promise.all([
    Array.fromAsync(every((page) => PostDay.list(ctx, at, { ...page, ...consistent, limit: 1000 }))),
    Array.fromAsync(every((page) => PostInsight.list(ctx, at, { ...page, ...consistent, limit: 1000 }))),
    Array.fromAsync(every((page) => PostAnalytics.list(ctx, at, { ...page, ...consistent, limit: 1000 }))),
    post.account_id === undefined ? undefined : SocialAccount.find(ctx, { org_id: ctx.org_id, id: post.account_id }),
    PostRevenue.find(ctx, at, consistent),
    getLexicon(ctx),
  ]);
  const relevance = postRelevance(post, new Set(lexicon.words));
  return { post, days, insights, rows, account, conversions: revenue?.conversions ?? 0, relevance, now: ctx.clock.now() };
};

/** Only what changes; null where the stored row says what nobody says any more. */
const changeOfRow = (stored: PostAnalytics, wanted: Analysis): Partial<Analysis> => {
  const fields = PostAnalytics.model.names.filter((name) => name !== "id") as (keyof Analysis)[];
  const changed = fields.filter((name) => !isDeepStrictEqual(stored[name], wanted[name]));
  return Object.fromEntries(changed.map((name) => [name, wanted[name] ?? null]));
};

const rowWrites = (ctx: OrgCtx, rows: readonly PostAnalytics[], wanted: Analysis): Write[] => {
  const stored = rows.find(({ analysis_date }) => analysis_date === wanted.analysis_date);
  if (!stored) return stillMissing(PostAnalytics.writes.create(ctx, wanted));
  const change = changeOfRow(stored, wanted);
  return Object.keys(change).length === 0 ? [] : PostAnalytics.writes.patch(ctx, stored, change);
};

/** The standing that follows from the latest row; its version and times are those of the one before. */
const standingOf = (ctx: OrgCtx, post: PublishedPost, row: Analysis, before: PostStanding | undefined): PostStanding => {
  const { likes_count: likes, comments_count: comments, shares_count: shares, followers_at_snapshot, conversion_events } = row;
  const rate = engagementRate({ likes, comments, shares }, followers_at_snapshot);
  const today = todayOf(ctx);
  const published_on = post.published_at.slice(0, 10);
  const { platform, content_category, account_id, template_id } = post;
  const where = { platform, published_on, ...(content_category === undefined ? {} : { content_category }) };
  const leaves_on = leavesOn(where, today);
  const fields = {
    ...where,
    ...(account_id === undefined ? {} : { account_id }),
    ...(template_id === undefined ? {} : { template_id }),
    org_id: ctx.org_id,
    post_id: post.id,
    caption: [...post.caption].slice(0, CAPTION).join(""),
    published_at: post.published_at,
    analysis_date: row.analysis_date,
    ...rate,
    total_engagement: likes + comments + shares,
    ...(conversion_events === undefined ? {} : { conversion_count: conversion_events }),
    counted: true,
    boards_on: today,
    ...(leaves_on === undefined ? {} : { leaves_on }),
    places_version: 1,
  };
  const drafted = PostStanding.draft(ctx, fields);
  if (!before?.counted || movesPlaces(before, fields)) return drafted;
  const isShownAlike = SHOWN.every((field) => before[field] === drafted[field]);
  return { ...drafted, places_version: before.places_version + (isShownAlike ? 0 : 1) };
};

const standingWrites = (ctx: OrgCtx, before: PostStanding | undefined, after: PostStanding): Write[] => {
  if (!before) return stillMissing(PostStanding.writes.put(ctx, after));
  const { org_id: _org, post_id: _post, version: _version, created_at: _created, updated_at: _updated, ...fields } = after;
  const wanted = { ...fields, leaves_on: after.leaves_on ?? null, conversion_count: after.conversion_count ?? null };
  const isSame = Object.entries(wanted).every(([name, value]) => (before[name as keyof PostStanding] ?? null) === value);
  return isSame ? [] : PostStanding.writes.patch(ctx, before, wanted);
};

/** Brings sums and leaderboards from what they hold of a post to another standing, with `rows` in the same transaction. */
const move = async (ctx: OrgCtx, before: PostStanding | undefined, after: PostStanding, rows: readonly Write[]): Promise<void> => {
  const own = standingWrites(ctx, before, after);
  const writes = [...rows, ...own, ...(own.length > 0 ? await followingWrites(ctx, before, after) : [])];
  if (writes.length > 0) await transact(ctx, social, writes, { pattern: "analytics.refresh" });
};

const withdraw = async (ctx: OrgCtx, before: PostStanding): Promise<void> => {
  const { leaves_on: _leaves, ...rest } = before;
  await move(ctx, before, { ...rest, counted: false }, []);
};

const refresh = async (ctx: OrgCtx, post_id: string): Promise<void> => {
  // First the standing: what is read after it is no older than what the run had seen that wrote it.
  const before = await PostStanding.find(ctx, { org_id: ctx.org_id, post_id }, consistent);
  const post = await Post.find(ctx, { org_id: ctx.org_id, id: post_id }, consistent);
  if (!post || !isPublished(post)) return;
  if (post.deleted) return before?.counted ? await withdraw(ctx, before) : undefined;
  const sources = await gather(ctx, post);
  const wanted = analysePost(sources);
  const latest = wanted.at(-1);
  if (!latest) return;
  const earlier = wanted.slice(0, -1).flatMap((row) => rowWrites(ctx, sources.rows, row));
  for (let at = 0; at < earlier.length; at += MOST_ROWS) await transact(ctx, social, earlier.slice(at, at + MOST_ROWS), { pattern: "analytics.correctRows" });
  await move(ctx, before, standingOf(ctx, post, latest, before), rowWrites(ctx, sources.rows, latest));
};

/**
 * Brings a post's rows, its network's day and the leaderboards up to what was counted and said: today's row, the standing
 * and all that follows from it are one transaction. A repeat changes nothing, and of runs at the same time the later one
 * reads again. A deleted post leaves sums and leaderboards and keeps its rows. README, Daily figures.
 */
export const refreshPost = (ctx: OrgCtx, { post_id }: { readonly post_id: string }): Promise<void> => contend(() => refresh(ctx, post_id));

/** For a post whose time on a leaderboard is over: the same, without reading what was counted. */
export const leaveBoards = async (ctx: OrgCtx, before: PostStanding): Promise<void> => {
  const today = todayOf(ctx);
  const { leaves_on: _left, ...rest } = before;
  const leaves_on = boardsOf(before, today).length === 0 ? undefined : leavesOn(before, today);
  await move(ctx, before, { ...rest, boards_on: today, ...(leaves_on === undefined ? {} : { leaves_on }) }, []);
};
