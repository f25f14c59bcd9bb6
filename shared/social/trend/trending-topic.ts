import * as z from "zod";
import { date, id, newId, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";
import { TREND_TRANSITIONS, TrendStatus } from "./course.ts";
import { TopicType, TrendPlatform } from "./topic.ts";

const count = z.int().min(0).default(0);

/**
 * One episode of a topic as a trend, from its detection until it expires; a topic has one open episode at most. Since it
 * takes a day of quiet to expire, no two begin on the same day. README, Trends.
 */
export const TrendingTopic = entity(social, "TrendingTopic", {
  fields: () => ({
    org_id: id,
    id: newId,
    platform: TrendPlatform,
    topic_type: TopicType,
    topic_name: z.string().min(1).max(100),
    trend_status: TrendStatus.default("emerging"),
    /** Distinct persons of the last 24 hours, anonymous mentions one by one. */
    mention_count: count,
    /** Likes, comments, shares and saves of the org's posts that carry it. */
    engagement_score: count,
    /** Percent in a day; absent when there was nothing a day ago. */
    growth_rate: z.number().optional(),
    is_new: z.boolean().default(false),
    z_score: z.number().default(0),
    significant: z.boolean().default(false),
    /** Its place among the open episodes of its network; the last one, when it has expired. */
    rank: z.int().min(1),
    peak_mention_count: count,
    trend_start_date: date,
    trend_peak_date: date,
    /** From 0 to 100. */
    fitness_relevance_score: z.int().min(0).max(100).default(0),
    /** Templates that carry it, by name. */
    content_opportunities: z.array(z.string().max(100)).max(10).default([]),
    first_detected_at: timestamp,
    /** The hour of the last evaluation; absent before the first. */
    evaluated_at: timestamp.optional(),
    expired_at: timestamp.optional(),
    wave_peak: count,
    not_falling: count,
    quiet_hours: count,
    /** The topic's name while the episode is open. */
    open_topic: z.string().max(100).optional(),
    /** Where it stands in lists: open ones by rank, expired ones by time. */
    place: z.string().max(30),
  }),
  key: ["{org_id}#TT#{id}", "TT"],
  indexes: {
    byStatus: { on: "gsi1", pk: "{org_id}#TTS#{platform}#{trend_status}", sk: "{place}#{id}" },
    /** The open episodes of a network. */
    open: { on: "gsi2", pk: "{org_id}#TTO#{platform}", sk: "{place}#{open_topic}" },
  },
  hidden: ["wave_peak", "not_falling", "quiet_hours", "open_topic", "place"],
  states: { field: "trend_status", transitions: TREND_TRANSITIONS },
});
export type TrendingTopic = Item<typeof TrendingTopic>;

/** Sorts open episodes by their rank. */
export const placeOf = (rank: number): string => String(rank).padStart(6, "0");
