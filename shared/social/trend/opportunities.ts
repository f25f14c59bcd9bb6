import type { ContentTemplate } from "../template/content-template.ts";
import { type Topic, type TrendPlatform, normaliseTopic } from "./topic.ts";

const MOST = 10;

type Template = Pick<ContentTemplate, "name" | "category" | "platform" | "hashtag_sets" | "rank">;
type Idea = { readonly name: string; readonly rank: number };

/** Finds what a topic may be posted about: the names of templates that carry it. */
export type Opportunities = (topic: Pick<Topic, "topic">) => string[];

/**
 * The templates of an org by the topics that they carry, in a hashtag set or as their category, for one network: the
 * surest success first, then by name, ten at most. README, Trends.
 */
export const opportunitiesFrom = (templates: readonly Template[], platform: TrendPlatform): Opportunities => {
  const byTopic = new Map<string, Idea[]>();
  for (const template of templates) {
    if (template.platform !== undefined && platform !== "all" && template.platform !== platform) continue;
    for (const topic of topicsOf(template)) byTopic.set(topic, [...(byTopic.get(topic) ?? []), { name: template.name, rank: template.rank ?? 0 }]);
  }
  return ({ topic }) =>
    (byTopic.get(topic) ?? [])
      .toSorted((a, b) => b.rank - a.rank || (a.name < b.name ? -1 : 1))
      .slice(0, MOST)
      .map(({ name }) => name);
};

const topicsOf = ({ hashtag_sets, category }: Template): Set<string> => {
  const spelt = [...hashtag_sets.flat().map((tag) => normaliseTopic("hashtag", tag)), category === undefined ? undefined : normaliseTopic("keyword", category)];
  return new Set(spelt.filter((topic) => topic !== undefined));
};
