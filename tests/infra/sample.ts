import * as z from "zod";
import { command, event } from "../../events/envelope.ts";
import type { DeployedPlatform } from "../../infra/stacks.ts";
import { anyone, resource, roles, route } from "../../shared/kernel/http/route.ts";
import { type TableUse, apiLambda, platform, scheduleLambda, streamLambda, workerLambda } from "../../shared/kernel/lambda.ts";

const thing = z.strictObject({ id: z.string() });

const greet = command("people.greet.v1", "Greet somebody.", thing, { id: "1" });
const paint = command("things.paint.v1", "Paint a thing.", thing, { id: "1" });
const arrived = event("people.person-arrived.v1", "Somebody arrived.", thing, { id: "1" });
const left = event("people.person-left.v1", "Somebody left.", thing, { id: "1" });

const people = resource("people", "persons", "Persons.", {
  listPersons: route({ method: "GET", path: "/people/persons", summary: "List persons.", policy: anyone, reply: { status: 200, body: thing }, list: true }),
  getPerson: route({ method: "GET", path: "/people/persons/{person_id}", summary: "Get a person.", policy: anyone, reply: { status: 200, body: thing } }),
});
const things = resource("things", "things", "Things.", {
  createThing: route({
    method: "POST",
    path: "/things/things",
    summary: "Create a thing.",
    policy: roles("things", { admin: "all" }),
    body: thing,
    reply: { status: 201, body: thing },
  }),
});

const every: readonly TableUse[] = ["get", "get-many", "query", "gsi1", "put", "put-many", "update", "delete", "delete-many", "check"];

/** Two platforms that use every kind of function and of access once. */
export const sample: readonly DeployedPlatform[] = [
  {
    table: { id: "people", gsis: ["gsi1", "gsi2"] },
    platform: platform("people", {
      persons: apiLambda(people, { tables: { people: every }, vault: ["open", "seal"], exports: "read", sends: [greet] }),
      greet: workerLambda(greet, "Nobody is greeted.", {
        tables: { people: ["get", "query", "gsi1", "gsi2"] },
        exports: "write",
        archive: "rewrite",
        uploads: "remove",
        calls: ["resend"],
      }),
      outbox: streamLambda("people", "Other platforms do not learn of arrivals.", { tables: { people: ["get-many", "delete"] }, publishes: true }),
    }),
  },
  {
    table: { id: "things", gsis: ["gsi1"] },
    platform: platform("things", {
      things: apiLambda(things, { tables: { people: ["get-many"], things: every }, uploads: "write" }),
      paint: workerLambda(
        paint,
        "Things stay grey.",
        { tables: { things: every }, uploads: "read", archive: "write", calls: ["soundcloud"], sends: [paint, greet] },
        { subscribes: [arrived, left], batch_size: 50, max_concurrency: 2, timeout_s: 60 },
      ),
      "paint-daily": scheduleLambda("0 6 * * ? *", "Nothing is painted tomorrow.", {
        tables: { things: ["gsi1"] },
        archive: "read",
        uploads: "consume",
        sends: [paint],
      }),
    }),
  },
];
