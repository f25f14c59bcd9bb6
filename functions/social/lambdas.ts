import { PlatformEnabled } from "../../events/identity/platform-enabled.v1.ts";
import { PostPublished } from "../../events/social/post-published.v1.ts";
import { IngestEvents } from "../../events/social/ingest-events.v1.ts";
import { ProvisionOrg } from "../../events/social/provision-org.v1.ts";
import { RecordMentions } from "../../events/social/record-mentions.v1.ts";
import { RefreshPost } from "../../events/social/refresh-post.v1.ts";
import { UnparkEvents } from "../../events/social/unpark-events.v1.ts";
import { type Access, type TableUse, apiLambda, platform, scheduleLambda, streamLambda, workerLambda } from "../../shared/kernel/lambda.ts";
import { events } from "./events.routes.ts";
import { instagramWebhooks } from "./instagram-webhooks.routes.ts";
import { posts } from "./posts.routes.ts";
import { settings } from "./settings.routes.ts";

/** A job's reach: the table, and how it is reached. */
const on = (...social: TableUse[]): Access => ({ tables: { social } });
/** An API's: beside the table, one read of session and membership. */
const api = (...social: TableUse[]): Access => ({ tables: { social, identity: ["get-many"] } });

/** A schedule's that sends a command per org. */
const fanOut: Access = on("get", "query", "gsi4", "put", "update");

/** Every Lambda of social content; `<name>.<trigger>.ts` beside this file. */
export const socialPlatform = platform("social", {
  settings: apiLambda(settings, { ...api("get", "query", "put", "update"), vault: ["seal"] }),
  posts: apiLambda(posts, api("get", "gsi1", "gsi2", "gsi3", "gsi5", "put", "update")),

  events: apiLambda(events, { ...api("get", "get-many", "query", "gsi1", "put", "update"), sends: [IngestEvents] }),

  "instagram-webhooks": apiLambda(instagramWebhooks, { ...on("get", "put", "update"), vault: ["open"], sends: [IngestEvents, RecordMentions] }),

  "ingest-events": workerLambda(
    IngestEvents,
    "What people do on posts is not stored and not counted until the messages are redriven; nothing is counted twice.",
    { ...on("get", "get-many", "put", "update"), sends: [RefreshPost] },
    { batch_size: 2, timeout_s: 120 },
  ),
  "unpark-events": workerLambda(
    UnparkEvents,
    "Events that came before their post was known stay uncounted.",
    { ...on("get", "get-many", "gsi2", "gsi4", "put", "update", "delete"), sends: [IngestEvents, UnparkEvents] },
    { batch_size: 1, subscribes: [PostPublished] },
  ),
  "unpark-events-hourly": scheduleLambda("20 * * * ? *", "Parked events are neither tried again nor given up until the next hour's run.", {
    ...fanOut,
    sends: [UnparkEvents],
  }),
  "count-events": streamLambda(
    "social",
    "Likes, comments, shares and saves are stored but not counted; they are counted, each once, when it works again within a day.",
    { ...on("get", "get-many", "put", "update"), sends: [RefreshPost] },
    { of: ["EngagementEvent", "Touch"], changes: ["INSERT", "MODIFY"], derives: true },
  ),

  "provision-org": workerLambda(ProvisionOrg, "A new org finds no settings and no networks, and its people can do nothing.", on("get", "put"), {
    subscribes: [PlatformEnabled],
  }),

  "sweep-outbox": scheduleLambda("0/5 * * * ? *", "Events that the stream missed stay unpublished.", { ...on("gsi4", "delete"), publishes: true }),
  outbox: streamLambda("social", "Events are not published: nothing that follows from a change happens until the sweep.", {
    ...on("get-many", "delete"),
    publishes: true,
  }),
});
