import { sha256 } from "../../kernel/crypto/tokens.ts";
import type { Post } from "../post/post.ts";

type Written = Pick<Post, "caption" | "hashtags" | "mentions" | "placement">;

const TAG = /(?<![\p{L}\p{M}\p{N}_&])#([\p{L}\p{M}\p{N}_]+)/gu;
const MENTION = /(?<![\p{L}\p{M}\p{N}_.@])@([\w.]*\w)/gu;

const found = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map((match) => match[1]!);

/** Each once, whatever its case; the first spelling stays. */
const distinct = (names: readonly string[]): string[] => [...new Map(names.toReversed().map((name) => [name.toLowerCase(), name])).values()].toReversed();

const missingFrom = (listed: readonly string[], present: readonly string[]): string[] => {
  const there = new Set(present.map((name) => name.toLowerCase()));
  return distinct(listed).filter((name) => !there.has(name.toLowerCase()));
};

/**
 * The text that appears on the network: the caption, then the listed mentions and hashtags that it does not have already.
 * A story has no text. README, Limits.
 */
export const publishedText = ({ caption, hashtags, mentions, placement }: Written): string => {
  if (placement === "story") return "";
  const added = [
    missingFrom(mentions, found(caption, MENTION)).map((name) => `@${name}`),
    missingFrom(hashtags, found(caption, TAG)).map((name) => `#${name}`),
  ].filter((names) => names.length > 0);
  return [caption.trim(), ...added.map((names) => names.join(" "))].filter((part) => part !== "").join("\n\n");
};

/** The hashtags of a text, without their signs, as often as they stand there. */
export const hashtagsIn = (text: string): string[] => found(text, TAG);
/** The names that a text mentions, without @, as often as they stand there. */
export const mentionsIn = (text: string): string[] => found(text, MENTION);
/** Length as people count it: a character outside of the basic plane is one. */
export const lengthOf = (text: string): number => [...text].length;

/** One digest for texts that differ only in how the same characters and line ends are written. */
export const captionHash = (text: string): string => sha256(text.normalize("NFC").replaceAll("\r\n", "\n").trim());
