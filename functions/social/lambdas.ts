import { PlatformEnabled } from "../../events/identity/platform-enabled.v1.ts";
import { ArchiveMonth } from "../../events/social/archive-month.v1.ts";
import { ArchiveMonths } from "../../events/social/archive-months.v1.ts";
import { ProvisionOrg } from "../../events/social/provision-org.v1.ts";
import { RestoreMonth } from "../../events/social/restore-month.v1.ts";
import { RestoreOrdered } from "../../events/social/restore-ordered.v1.ts";
import { type Access, type TableUse, apiLambda, platform, scheduleLambda, streamLambda, workerLambda } from "../../shared/kernel/lambda.ts";
import { archives } from "./archives.routes.ts";
import { posts } from "./posts.routes.ts";
import { settings } from "./settings.routes.ts";

/** A job's reach: the table, and how it is reached. */
const on = (...social: TableUse[]): Access => ({ tables: { social } });
/** An API's: beside the table, one read of session and membership. */
const api = (...social: TableUse[]): Access => ({ tables: { social, identity: ["get-many"] } });

/** Every Lambda of social content; `<name>.<trigger>.ts` beside this file. */
export const socialPlatform = platform("social", {
  settings: apiLambda(settings, api("get", "query", "update")),
  posts: apiLambda(posts, api("get", "gsi1", "gsi2", "gsi3", "gsi5", "put", "update")),

  archives: apiLambda(archives, { ...api("get", "get-many", "query", "put", "update"), archive: "read" }),

  "provision-org": workerLambda(ProvisionOrg, "A new org finds no settings and no networks, and its people can do nothing.", on("get", "put"), {
    subscribes: [PlatformEnabled],
  }),
  "archive-months": workerLambda(
    ArchiveMonths,
    "Months of engagement events that are due stay in the table until the next monthly run.",
    { ...on("get", "query"), sends: [ArchiveMonth] },
    { batch_size: 1 },
  ),
  "archive-month": workerLambda(
    ArchiveMonth,
    "A month on its way to the archive stands still; its events stay where they are, and readers find each of them.",
    { ...on("get", "query", "put", "update", "delete"), archive: "write", sends: [ArchiveMonth] },
    { batch_size: 1, max_concurrency: 2, timeout_s: 600 },
  ),
  "restore-month": workerLambda(
    RestoreMonth,
    "A month that an owner wants back in the table is restored in part; its events are read from the archive meanwhile.",
    { ...on("get", "get-many", "put", "put-many", "update"), archive: "read", sends: [RestoreMonth] },
    { batch_size: 1, max_concurrency: 2, timeout_s: 600, subscribes: [RestoreOrdered] },
  ),

  "archive-months-monthly": scheduleLambda("0 0 1 * ? *", "Engagement events stay in the table for longer than they are kept there.", {
    ...on("get", "query", "gsi4", "put", "update"),
    sends: [ArchiveMonths],
  }),
  "sweep-outbox": scheduleLambda("0/5 * * * ? *", "Events that the stream missed stay unpublished.", { ...on("gsi4", "delete"), publishes: true }),
  outbox: streamLambda("social", "Events are not published: nothing that follows from a change happens until the sweep.", {
    ...on("get-many", "delete"),
    publishes: true,
  }),
});
