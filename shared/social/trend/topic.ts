import * as z from "zod";
import { PlatformName } from "../platform/social-platform.ts";

/** Where a topic rises: a network, or `all` for what is known of no single one. */
export const TrendPlatform = z.enum([...PlatformName.options, "all"]);
export type TrendPlatform = z.output<typeof TrendPlatform>;

export const TopicType = z.enum(["hashtag", "keyword", "mention"]);
export type TopicType = z.output<typeof TopicType>;

const LONGEST = 100;
const SIGNS: Readonly<Record<TopicType, RegExp>> = { hashtag: /^[#\s]+/u, mention: /^[@\s]+/u, keyword: /^\s+/u };

/**
 * The one spelling of a topic: Unicode NFKC, lower case, one space between words, no leading `#` or `@`. Undefined when
 * nothing is left, or more than 100 characters. Normalising again changes nothing. README, Mentions.
 */
export const normaliseTopic = (type: TopicType, text: string): string | undefined => {
  let topic = text;
  // Lower case can undo the composition, and composition the lower case.
  for (let before = ""; before !== topic;) {
    before = topic;
    topic = topic.normalize("NFKC").toLowerCase().replace(SIGNS[type], "").replaceAll(/\s+/gu, " ").trimEnd();
  }
  return topic === "" || topic.length > LONGEST ? undefined : topic;
};

export interface Topic {
  readonly topic_type: TopicType;
  readonly topic: string;
}

/** A topic as one text, for use as the key of a map. */
export const topicKey = ({ topic_type, topic }: Topic): string => `${topic_type}\n${topic}`;
