import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { todayOf } from "../../kernel/days.ts";
import { timestamp } from "../../kernel/fields.ts";
import { PlatformName } from "../platform/social-platform.ts";
import { BOARD_ROWS, type Board, PERIODS, everything, ofCategory, reachesBackTo } from "./boards.ts";
import { rateText } from "./post-analytics.ts";
import { TopContent } from "./top-content.ts";

export const TopContentFilter = z.strictObject({
  category: z.string().trim().min(1).max(50).optional(),
  time_period: z
    .enum(PERIODS.map(String) as [string, ...string[]])
    .default("30")
    .transform((days) => Number(days) as (typeof PERIODS)[number]),
});
export type TopContentFilter = z.output<typeof TopContentFilter>;

export const TopContentRow = z.object({
  post_id: z.uuid(),
  platform: PlatformName,
  /** Its first 80 characters. */
  caption: z.string(),
  published_at: timestamp,
  engagement_rate: rateText,
  rate_defined: z.boolean(),
  /** Likes, comments and shares. */
  total_engagement: z.int(),
  /** Null while conversions of the post are not known. */
  conversion_count: z.int().nullable(),
});
export type TopContentRow = z.output<typeof TopContentRow>;

const present = ({
  post_id,
  platform,
  caption,
  published_at,
  engagement_rate,
  rate_defined,
  total_engagement,
  conversion_count,
}: TopContent): TopContentRow => ({
  post_id,
  platform,
  caption,
  published_at,
  engagement_rate,
  rate_defined,
  total_engagement,
  conversion_count: conversion_count ?? null,
});

/**
 * The first rows of a leaderboard. One Query that reads what it returns; only after midnight, until the daily job has
 * taken away what the period has passed, such rows are read over.
 */
export const readBoard = async (ctx: OrgCtx, board: Board, limit: number): Promise<TopContentRow[]> => {
  const since = reachesBackTo(board.time_period, todayOf(ctx));
  const rows: TopContent[] = [];
  let position: unknown;
  do {
    const page = await TopContent.list(ctx, { org_id: ctx.org_id, ...board }, { limit: limit - rows.length, position });
    rows.push(...page.items.filter(({ published_on }) => published_on >= since));
    position = page.position;
  } while (position !== undefined && rows.length < limit);
  return rows.map(present);
};

/** The best posts of a period, in all or of a category: by rate, then by total engagement, both descending, then by id. README, Top content. */
export const readTopContent = async (ctx: OrgCtx, { category, time_period }: TopContentFilter): Promise<{ items: TopContentRow[] }> => ({
  items: await readBoard(ctx, { time_period, scope: category === undefined ? everything : ofCategory(category) }, BOARD_ROWS),
});
