import type { Post } from "../post/post.ts";
import { publishedText } from "../publishing/published-text.ts";
import type { ContainerForm } from "./instagram.client.ts";

/** The containers that a post is published from: a carousel's children come first, and its own names them. */
export interface ContainerForms {
  readonly children: readonly ContainerForm[];
  readonly own: ContainerForm;
}

const VIDEO = /\.(mp4|mov|m4v)$/i;
const isVideo = (address: string): boolean => VIDEO.test(URL.parse(address)?.pathname ?? "");

/** Pure: a post in the API's form fields. A video in the feed is a reel that is shared there. */
export const containerForms = (post: Post): ContainerForms => {
  const [url = ""] = post.media_urls;
  const text = publishedText(post);
  const caption: ContainerForm = text === "" ? {} : { caption: text };
  const cover: ContainerForm = post.thumbnail_url === undefined ? {} : { cover_url: post.thumbnail_url };
  if (post.placement === "story")
    return { children: [], own: { media_type: "STORIES", ...(post.media_type === "video" ? { video_url: url } : { image_url: url }) } };
  if (post.media_type === "carousel")
    return {
      children: post.media_urls.map((address) => ({
        is_carousel_item: "true",
        ...(isVideo(address) ? { media_type: "VIDEO", video_url: address } : { image_url: address }),
      })),
      own: { media_type: "CAROUSEL", ...caption },
    };
  if (post.media_type === "video")
    return { children: [], own: { media_type: "REELS", video_url: url, share_to_feed: String(post.placement === "feed"), ...caption, ...cover } };
  return { children: [], own: { image_url: url, ...caption } };
};
