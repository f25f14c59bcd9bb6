import * as z from "zod";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { FlaggedPerson } from "../../shared/social/trend/flagged-person.ts";
import { Lexicon } from "../../shared/social/trend/lexicon.ts";
import { MentionsOrdered, NewMentions } from "../../shared/social/trend/order-mentions.ts";
import { MentionRemoval, RemovalOrdered } from "../../shared/social/trend/order-removal.ts";
import { TrendFilter, TrendView } from "../../shared/social/trend/read-trends.ts";
import { TrendPlatform } from "../../shared/social/trend/topic.ts";
import { TrendEvaluation } from "../../shared/social/trend/trend-evaluation.ts";
import { TrendingTopic } from "../../shared/social/trend/trending-topic.ts";

const everyone = roles("social", { owner: "all", editor: "all", viewer: "all" });
const editors = roles("social", { owner: "all", editor: "all" });
const owners = roles("social", { owner: "all" });

export const trends = resource("social", "trends", "Mentions of topics, and which topics rise.", {
  sendMentions: route({
    method: "POST",
    path: "/social/mentions",
    summary: "Send mentions of topics",
    description:
      "A job counts them, each once by its `id`, in any order. Topics are taken in one spelling: Unicode NFKC, lower case, without a leading # or @. A mention without `platform_user_id` counts each time, a person once in 24 hours. `all` is the network of what belongs to no single one. Those older than 8 days are `too_old` and left out.",
    policy: editors,
    idempotent: true,
    body: NewMentions,
    reply: { status: 202, body: MentionsOrdered },
    errors: { mentions_refused: { status: 422, when: "one lies in the future, or nothing is left of its topic; all such are listed and none is taken" } },
    example: {
      body: {
        mentions: [
          {
            id: "17900000000000001/hashtag/legday",
            platform: "instagram",
            topic_type: "hashtag",
            topic: "#LegDay",
            at: "2026-11-20T08:12:00.000Z",
            platform_user_id: "1234567890",
          },
        ],
      },
      reply: { accepted: 1, too_old: 0 },
    },
  }),
  removeMentions: route({
    method: "POST",
    path: "/social/mentions/remove",
    summary: "Remove mentions from the counts",
    description:
      "Single ones by their ids, or all of persons, who are flagged so that no later mention of theirs counts. A job takes them out of past counts too. A mention that is removed before it arrives is not counted when it does.",
    policy: editors,
    idempotent: true,
    body: MentionRemoval,
    reply: { status: 202, body: RemovalOrdered },
    example: {
      body: { persons: [{ platform: "instagram", platform_user_id: "1234567890" }] },
      reply: { mentions: 0, persons: 1, status: "ordered" },
    },
  }),
  listFlaggedPersons: route({
    method: "GET",
    path: "/social/flagged-persons",
    summary: "List persons whose mentions are not counted",
    policy: everyone,
    list: true,
    reply: { status: 200, body: FlaggedPerson.api.response },
  }),
  unflagPerson: route({
    method: "DELETE",
    path: "/social/flagged-persons/{flagged_person_id}",
    summary: "Count a person's mentions again",
    description: "From now on; what was removed stays out.",
    policy: editors,
    params: z.strictObject({ flagged_person_id: z.uuid() }),
    if_match: true,
    reply: { status: 204, body: null },
  }),
  listTrends: route({
    method: "GET",
    path: "/social/trending-topics",
    summary: "List a network's trends by growth",
    description:
      "Open ones, or those of one status; expired ones the latest first. New topics, which have no growth, come first. `mention_count` is the distinct persons of 24 hours; `growth_rate` compares it with that of a day before, in percent. `significant` is `z_score` >= 3: the count's distance from the mean of seven days, in standard deviations for counts that scatter as widely as these did.",
    policy: everyone,
    query: TrendFilter,
    list: true,
    reply: { status: 200, body: TrendingTopic.api.response },
  }),
  getTrend: route({
    method: "GET",
    path: "/social/trending-topics/{trending_topic_id}",
    summary: "Read a trend and its history",
    description: "`history` is the topic's count at each hour of the seven days up to its last evaluation, without what was removed since.",
    policy: everyone,
    params: z.strictObject({ trending_topic_id: z.uuid() }),
    reply: { status: 200, body: TrendView },
  }),
  listTrendEvaluations: route({
    method: "GET",
    path: "/social/trend-evaluations",
    summary: "List when a network's trends were evaluated",
    policy: everyone,
    query: z.strictObject({ platform: TrendPlatform }),
    list: true,
    reply: { status: 200, body: TrendEvaluation.api.response },
  }),
  getLexicon: route({
    method: "GET",
    path: "/social/lexicon",
    summary: "Read the words by which topics are relevant",
    policy: everyone,
    reply: { status: 200, body: Lexicon.api.response },
  }),
  putLexicon: route({
    method: "PUT",
    path: "/social/lexicon",
    summary: "Replace the words by which topics are relevant",
    description: "They are kept in the spelling of topics, each once. The next hourly evaluation uses them.",
    policy: owners,
    if_match: true,
    body: Lexicon.api.create,
    reply: { status: 200, body: Lexicon.api.response },
    errors: { empty_word: { status: 422, when: "nothing is left of a word, or more than 100 characters; all such are listed" } },
    example: { body: { words: ["fitness", "leg day", "squat"] } },
  }),
});
