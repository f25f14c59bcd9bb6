import type { Post } from "../post/post.ts";
import { relevanceOf, tokensOf } from "../trend/relevance.ts";
import { normaliseTopic } from "../trend/topic.ts";
import { relevanceScore } from "./scores.ts";

/** Shorter words of a caption say nothing of what it is about. */
const SHORTEST = 3;

const keywordsOf = (caption: string): string[] => [
  ...new Set(tokensOf(caption.normalize("NFKC").toLowerCase()).filter((word) => [...word].length >= SHORTEST)),
];

/** How near a post is to the words of the org's lexicon, 0 to 100. README, Scores. */
export const postRelevance = ({ hashtags, caption }: Pick<Post, "hashtags" | "caption">, lexicon: ReadonlySet<string>): number =>
  relevanceScore(
    hashtags.map((hashtag) => relevanceOf(normaliseTopic("hashtag", hashtag) ?? "", lexicon)),
    keywordsOf(caption).map((word) => relevanceOf(word, lexicon)),
  );
