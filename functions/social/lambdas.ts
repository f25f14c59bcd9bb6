import { PlatformEnabled } from "../../events/identity/platform-enabled.v1.ts";
import { PublicationOrdered } from "../../events/social/publication-ordered.v1.ts";
import { PublishPost } from "../../events/social/publish-post.v1.ts";
import { ProvisionOrg } from "../../events/social/provision-org.v1.ts";
import { type Access, type TableUse, apiLambda, platform, scheduleLambda, streamLambda, workerLambda } from "../../shared/kernel/lambda.ts";
import { accounts } from "./accounts.routes.ts";
import { posts } from "./posts.routes.ts";
import { settings } from "./settings.routes.ts";
import { templates } from "./templates.routes.ts";
import { worklist } from "./worklist.routes.ts";

/** A job's reach: the table, and how it is reached. */
const on = (...social: TableUse[]): Access => ({ tables: { social } });
/** An API's: beside the table, one read of session and membership. */
const api = (...social: TableUse[]): Access => ({ tables: { social, identity: ["get-many"] } });

/** Every Lambda of social content; `<name>.<trigger>.ts` beside this file. */
export const socialPlatform = platform("social", {
  settings: apiLambda(settings, api("get", "query", "update")),
  accounts: apiLambda(accounts, { ...api("get", "query", "put", "update", "delete"), vault: ["seal"] }),
  posts: apiLambda(posts, api("get", "get-many", "query", "gsi1", "gsi2", "gsi3", "gsi5", "put", "update", "delete")),
  templates: apiLambda(templates, api("get", "query", "gsi2", "put", "update", "delete")),
  worklist: apiLambda(worklist, api("gsi1", "gsi4")),

  "provision-org": workerLambda(ProvisionOrg, "A new org finds no settings and no networks, and its people can do nothing.", on("get", "put"), {
    subscribes: [PlatformEnabled],
  }),
  "publish-post": workerLambda(
    PublishPost,
    "Posts do not appear at their time; none appears twice, and all that are late stand in the worklist.",
    { ...on("get", "get-many", "put", "update", "delete"), vault: ["open"], calls: ["instagram"] },
    { batch_size: 5, max_concurrency: 2, timeout_s: 240, subscribes: [PublicationOrdered] },
  ),

  "publish-due": scheduleLambda("* * * * ? *", "No post is published at its time until the next minute's run; those that are late follow then.", {
    ...on("gsi4"),
    sends: [PublishPost],
  }),
  "sweep-outbox": scheduleLambda("0/5 * * * ? *", "Events that the stream missed stay unpublished.", { ...on("gsi4", "delete"), publishes: true }),
  outbox: streamLambda("social", "Events are not published: nothing that follows from a change happens until the sweep.", {
    ...on("get-many", "delete"),
    publishes: true,
  }),
});
