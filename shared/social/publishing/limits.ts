import type { Violation } from "../../kernel/errors.ts";
import type { SocialPlatform } from "../platform/social-platform.ts";
import type { Post } from "../post/post.ts";
import { hashtagsIn, lengthOf, mentionsIn, publishedText } from "./published-text.ts";

/** What a carousel holds. */
const CAROUSEL = { least: 2, most: 10 };

type Content = Pick<Post, "caption" | "hashtags" | "mentions" | "placement" | "media_type" | "media_urls">;
type Limits = Pick<SocialPlatform, "name" | "display_name" | "supported_content_types" | "max_caption_length" | "max_hashtags" | "max_mentions">;
type Kind = SocialPlatform["supported_content_types"][number];

/** The kind of content that a placement and a media type make; undefined where the two do not go together. */
const kindOf = ({ placement, media_type }: Pick<Content, "placement" | "media_type">): Kind | undefined => {
  if (placement === "feed") return media_type;
  if (placement === "reel") return media_type === "video" ? "reel" : undefined;
  return media_type === "carousel" ? undefined : "story";
};

const kindViolations = (content: Content, { name, display_name, supported_content_types }: Limits): Violation[] => {
  const { placement, media_type } = content;
  const kind = kindOf(content);
  if (kind === undefined)
    return [{ pointer: "/media_type", code: "placement_mismatch", detail: `A ${placement} is no ${media_type}; change the placement or the media type.` }];
  // Its feed takes carousels, whatever the list of single kinds says.
  if (supported_content_types.includes(kind) || (kind === "carousel" && name === "instagram")) return [];
  const pointer = placement === "feed" ? "/media_type" : "/placement";
  return [{ pointer, code: "kind_not_supported", detail: `${display_name} takes ${supported_content_types.join(", ")}, not ${kind}.` }];
};

const mediaViolations = ({ media_type, media_urls }: Content): Violation[] => {
  const { length } = media_urls;
  const [least, most] = media_type === "carousel" ? [CAROUSEL.least, CAROUSEL.most] : [1, 1];
  if (length >= least && length <= most) return [];
  const wanted = media_type === "carousel" ? `${least} to ${most} files` : "one file";
  return [{ pointer: "/media_urls", code: "media_count", detail: `A post of the type ${media_type} has ${wanted}; this one has ${length}.` }];
};

const textViolations = (content: Content, { display_name, max_caption_length, max_hashtags, max_mentions }: Limits): Violation[] => {
  const text = publishedText(content);
  const [length, tags, names] = [lengthOf(text), hashtagsIn(text).length, mentionsIn(text).length];
  const found: Violation[] = [];
  if (length > max_caption_length)
    found.push({
      pointer: "/caption",
      code: "caption_too_long",
      detail: `With hashtags and mentions the text has ${length} characters; ${display_name} takes ${max_caption_length}.`,
    });
  if (max_hashtags > 0 && tags > max_hashtags)
    found.push({ pointer: "/hashtags", code: "too_many_hashtags", detail: `List and caption have ${tags} hashtags; ${display_name} takes ${max_hashtags}.` });
  if (max_mentions !== undefined && names > max_mentions)
    found.push({
      pointer: "/mentions",
      code: "too_many_mentions",
      detail: `List and caption mention ${names} accounts; ${display_name} takes ${max_mentions}.`,
    });
  return found;
};

/** Pure: everything in a post's content that its network would refuse, all at once. README, Limits. */
export const limitViolations = (content: Content, limits: Limits): Violation[] => [
  ...textViolations(content, limits),
  ...kindViolations(content, limits),
  ...mediaViolations(content),
];
