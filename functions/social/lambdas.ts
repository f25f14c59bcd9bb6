import { PlatformEnabled } from "../../events/identity/platform-enabled.v1.ts";
import { EvaluateTrends } from "../../events/social/evaluate-trends.v1.ts";
import { PostPublished } from "../../events/social/post-published.v1.ts";
import { ProvisionOrg } from "../../events/social/provision-org.v1.ts";
import { RecordMentions } from "../../events/social/record-mentions.v1.ts";
import { RecordPostTopics } from "../../events/social/record-post-topics.v1.ts";
import { RemoveMentions } from "../../events/social/remove-mentions.v1.ts";
import { type Access, type TableUse, apiLambda, platform, scheduleLambda, streamLambda, workerLambda } from "../../shared/kernel/lambda.ts";
import { posts } from "./posts.routes.ts";
import { settings } from "./settings.routes.ts";
import { trends } from "./trends.routes.ts";

/** A job's reach: the table, and how it is reached. */
const on = (...social: TableUse[]): Access => ({ tables: { social } });
/** An API's: beside the table, one read of session and membership. */
const api = (...social: TableUse[]): Access => ({ tables: { social, identity: ["get-many"] } });

/** Every Lambda of social content; `<name>.<trigger>.ts` beside this file. */
export const socialPlatform = platform("social", {
  settings: apiLambda(settings, api("get", "query", "update")),
  posts: apiLambda(posts, api("get", "gsi1", "gsi2", "gsi3", "gsi5", "put", "update")),

  "provision-org": workerLambda(ProvisionOrg, "A new org finds no settings and no networks, and its people can do nothing.", on("get", "put"), {
    subscribes: [PlatformEnabled],
  }),

  trends: apiLambda(trends, {
    ...api("get", "get-many", "query", "gsi1", "gsi2", "put", "update", "delete"),
    sends: [RecordMentions, RemoveMentions],
  }),
  "record-mentions": workerLambda(RecordMentions, "Mentions wait uncounted: trends are found late, and those of more than 8 days ago never.", {
    ...on("get-many", "put", "update"),
    sends: [RemoveMentions],
  }),
  "record-post-topics": workerLambda(
    RecordPostTopics,
    "The topics of the org's own posts are not counted, and their engagement stands at no trend.",
    { ...on("get", "put-many"), sends: [RecordMentions] },
    { subscribes: [PostPublished] },
  ),
  "remove-mentions": workerLambda(RemoveMentions, "What moderation removed stays in the counts, and bots make trends.", {
    ...on("get-many", "query", "put", "update", "delete"),
    sends: [RemoveMentions],
  }),
  "evaluate-trends": workerLambda(
    EvaluateTrends,
    "No new trends are found and known ones stand still; hours that were missed are made up for.",
    { ...on("get", "get-many", "query", "put", "update", "delete", "check"), sends: [EvaluateTrends] },
    { timeout_s: 300, memory_mb: 2048, batch_size: 1 },
  ),
  "evaluate-trends-hourly": scheduleLambda("5 * * * ? *", "Trends are not evaluated; the next hour makes up for it.", {
    ...on("gsi4", "query", "get", "put", "update"),
    sends: [EvaluateTrends],
  }),

  "sweep-outbox": scheduleLambda("0/5 * * * ? *", "Events that the stream missed stay unpublished.", { ...on("gsi4", "delete"), publishes: true }),
  outbox: streamLambda("social", "Events are not published: nothing that follows from a change happens until the sweep.", {
    ...on("get-many", "delete"),
    publishes: true,
  }),
});
