import * as z from "zod";
import { date, id, newId, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { PlatformName } from "../platform/social-platform.ts";
import { hashtag } from "../post/post.ts";
import { social } from "../table.ts";
import { placeholdersIn, strayBrace } from "./placeholders.ts";

/** Ranks are ten-thousandths. */
export const RANKS = 10_000;
const share = z.number().min(0).max(1);

/** A text with placeholders from which posts are drafted, and how its posts fare. README, Templates. */
export const ContentTemplate = entity(social, "ContentTemplate", {
  fields: () => ({
    org_id: id,
    id: newId,
    name: z.string().trim().min(1).max(100),
    category: z.string().trim().min(1).max(50).optional(),
    /** Its posts are for this network; for any, when it names none. */
    platform: PlatformName.optional(),
    /** With placeholders such as `{exercise_name}`. */
    caption_template: z.string().max(5000).default(""),
    hashtag_sets: z.array(z.array(hashtag).min(1).max(100)).max(20).default([]),
    image_style_prompts: z.array(z.string().trim().min(1).max(1000)).max(20).default([]),
    ai_optimized: z.boolean().default(false),
    optimization_notes: z.string().max(5000).optional(),
    /** Posts of it that were published. */
    usage_count: z.int().min(0).default(0),
    /** Over its posts that are old enough and whose rate is known; absent while there is none. */
    avg_engagement_rate: z.number().min(0).optional(),
    /** Those of them that have a baseline, and those that are above it. */
    rated_posts: z.int().min(0).optional(),
    successful_posts: z.int().min(0).optional(),
    success_rate: share.optional(),
    success_lower: share.optional(),
    success_upper: share.optional(),
    insufficient_data: z.boolean().optional(),
    rated_at: timestamp.optional(),
    /** The day whose run rated it: each day rates once. */
    rated_for: date.optional(),
    /** `success_lower` in ten-thousandths: templates rank by what is sure. */
    rank: z.int().min(0).max(RANKS).optional(),
  }),
  key: ["{org_id}#CT", "{id}"],
  indexes: { byRank: { on: "gsi2", pk: "{org_id}#CTR", sk: "{rank:5}#{id}" } },
  unique: { name: "{org_id}#{name}" },
  server: [
    "usage_count",
    "avg_engagement_rate",
    "rated_posts",
    "successful_posts",
    "success_rate",
    "success_lower",
    "success_upper",
    "insufficient_data",
    "rated_at",
    "rated_for",
    "rank",
  ],
  hidden: ["rated_for", "rank"],
  check: ({ caption_template }) => {
    const stray = strayBrace(caption_template);
    return stray === undefined
      ? []
      : [{ pointer: "/caption_template", code: "stray_brace", detail: `Placeholders are written {like_this}; this brace is part of none: "${stray}".` }];
  },
});
export type ContentTemplate = Item<typeof ContentTemplate>;

/** A template with the names of its placeholders. */
export const TemplateView = ContentTemplate.api.response.extend({ placeholders: z.array(z.string()) });
export type TemplateView = z.output<typeof TemplateView>;

export const presentTemplate = (template: ContentTemplate): TemplateView => ({ ...template, placeholders: placeholdersIn(template.caption_template) });
