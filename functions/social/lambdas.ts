import { PersonErased } from "../../events/identity/person-erased.v1.ts";
import { PlatformEnabled } from "../../events/identity/platform-enabled.v1.ts";
import { ErasePerson } from "../../events/social/erase-person.v1.ts";
import { ExportOrdered } from "../../events/social/export-ordered.v1.ts";
import { PersonErasureOrdered } from "../../events/social/person-erasure-ordered.v1.ts";
import { ProvisionOrg } from "../../events/social/provision-org.v1.ts";
import { WriteExport } from "../../events/social/write-export.v1.ts";
import { type Access, type TableUse, apiLambda, platform, scheduleLambda, streamLambda, workerLambda } from "../../shared/kernel/lambda.ts";
import { conversions } from "./conversions.routes.ts";
import { exports } from "./exports.routes.ts";
import { persons } from "./persons.routes.ts";
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
  conversions: apiLambda(conversions, api("get", "get-many", "query", "gsi1", "gsi2", "gsi3", "put", "update", "delete")),
  persons: apiLambda(persons, api("get", "gsi1", "put", "update")),
  exports: apiLambda(exports, { ...api("get", "gsi1", "put", "update"), exports: "read" }),

  "provision-org": workerLambda(ProvisionOrg, "A new org finds no settings and no networks, and its people can do nothing.", on("get", "put"), {
    subscribes: [PlatformEnabled],
  }),

  "erase-person": workerLambda(
    ErasePerson,
    "People of the audience whose erasure was ordered, and authors who erased their account, stay in what the org holds.",
    { ...on("get", "get-many", "query", "gsi1", "gsi3", "put", "update", "delete"), exports: "remove", sends: [ErasePerson] },
    { batch_size: 1, timeout_s: 600, subscribes: [PersonErased, PersonErasureOrdered] },
  ),
  "write-export": workerLambda(
    WriteExport,
    "Exports that were ordered fail: people wait for what is held about them, and owners for their lists.",
    { ...on("get", "query", "gsi1", "gsi2", "put", "update"), exports: "write" },
    { batch_size: 1, timeout_s: 600, subscribes: [ExportOrdered] },
  ),

  "sweep-outbox": scheduleLambda("0/5 * * * ? *", "Events that the stream missed stay unpublished.", { ...on("gsi4", "delete"), publishes: true }),
  outbox: streamLambda("social", "Events are not published: nothing that follows from a change happens until the sweep.", {
    ...on("get-many", "delete"),
    publishes: true,
  }),
});
