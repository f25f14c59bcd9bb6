import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { type Violation, unprocessable } from "../../kernel/errors.ts";
import { PlatformName } from "../platform/social-platform.ts";
import { createPost } from "../post/create-post.ts";
import { Post } from "../post/post.ts";
import { ContentTemplate } from "./content-template.ts";
import { filled, valueViolations } from "./placeholders.ts";

const MOST_CHARACTERS = 5000;
const MOST_HASHTAGS = 100;

export const TemplateDraft = Post.api.create.omit({ caption: true, template_id: true, platform: true }).extend({
  /** Needed where the template names none. */
  platform: PlatformName.optional(),
  /** One for each placeholder. */
  values: z.record(z.string().min(1).max(50), z.string().max(2000)).default({}),
  /** Which of the template's sets of hashtags is taken, from 0; none unless told. */
  hashtag_set: z.int().min(0).max(19).optional(),
});
export type TemplateDraft = z.output<typeof TemplateDraft>;

const platformViolations = (template: ContentTemplate, platform: PlatformName | undefined): Violation[] => {
  const at = (code: string, detail: string): Violation[] => [{ pointer: "/platform", code, detail }];
  if (platform === undefined && template.platform === undefined) return at("required", "The template is for any network; name one.");
  if (platform !== undefined && template.platform !== undefined && platform !== template.platform)
    return at("other_platform", `The template is for ${template.platform}.`);
  return [];
};

const violationsOf = (template: ContentTemplate, { values, hashtag_set, platform }: TemplateDraft): Violation[] => {
  const found = [...valueViolations(template.caption_template, values), ...platformViolations(template, platform)];
  if (hashtag_set !== undefined && template.hashtag_sets[hashtag_set] === undefined)
    found.push({ pointer: "/hashtag_set", code: "no_such_set", detail: `The template has ${template.hashtag_sets.length} sets of hashtags, counted from 0.` });
  if (found.length === 0 && filled(template.caption_template, values).length > MOST_CHARACTERS)
    found.push({ pointer: "/values", code: "too_long", detail: `With these values the caption has more than ${MOST_CHARACTERS} characters.` });
  return found;
};

/**
 * Drafts a post from a template's text and values. Throws DomainError not_found, and `values_rejected` with every missing
 * and every unknown placeholder and whatever else does not fit. README, Templates.
 */
export const draftFromTemplate = async (ctx: OrgCtx, id: string, input: TemplateDraft): Promise<Post> => {
  const template = await ContentTemplate.get(ctx, { org_id: ctx.org_id, id });
  const violations = violationsOf(template, input);
  if (violations.length > 0) throw unprocessable("values_rejected", violations.map(({ detail }) => detail).join(" "), violations);
  const { values, hashtag_set, platform, content_category = template.category, ...post } = input;
  const set = hashtag_set === undefined ? [] : template.hashtag_sets[hashtag_set]!;
  return createPost(ctx, {
    ...post,
    platform: (platform ?? template.platform)!,
    caption: filled(template.caption_template, values),
    hashtags: [...new Set([...set, ...post.hashtags])].slice(0, MOST_HASHTAGS),
    ...(content_category === undefined ? {} : { content_category }),
    template_id: id,
  });
};
