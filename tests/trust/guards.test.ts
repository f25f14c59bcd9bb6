import { beforeAll, describe, expect, it } from "vitest";
import { authenticate } from "../../shared/identity/authenticate.ts";
import { type PlatformId, platformRoles } from "../../shared/identity/platform-roles.ts";
import { sha256 } from "../../shared/kernel/crypto/tokens.ts";
import type { Authenticator } from "../../shared/kernel/http/authenticator.ts";
import type { Policy, Route } from "../../shared/kernel/http/route.ts";
import type { Database } from "../../shared/kernel/table/database.ts";
import { figures } from "../support/figures.ts";
import {
  type Identity,
  ask,
  comparable,
  declaredAs,
  fault,
  identitiesOf,
  namingObjects,
  othersAndNone,
  probe,
  reachingOwn,
  requestOf,
  verdict,
} from "../support/matrix/cells.ts";
import { type Operation, loadApis, operationsOf, pathOf } from "../support/matrix/operations.ts";
import { MISSING, type MatrixWorld, matrixWorld } from "../support/matrix/world.ts";
import { ignoreCalls } from "../support/recorder/records.ts";

/** The authenticator with one of its checks taken out. */
let judge: Authenticator = authenticate;

const operations = operationsOf(await loadApis());
let place: MatrixWorld;
let identities: readonly Identity[];
let machine: string;
beforeAll(async () => {
  place = await matrixWorld({ authenticate: (...asked) => judge(...asked) });
  identities = await identitiesOf(place);
  machine = await place.here.org.keyWith(["admin"]);
});

ignoreCalls();
let removed = 0;

describe("a policy that is weaker turns a cell of the matrix red", () => {
  /** Every weaker policy that a slip could leave on a route. */
  const weaker = ({ policy }: Route): Policy[] => {
    const open: Policy = { kind: "public" };
    if (policy.kind === "public") return [];
    if (policy.kind === "signed" || policy.kind === "signed_in") return [open];
    if (policy.kind === "any_member") return [open, { kind: "signed_in" }];
    if (policy.kind === "org_owner") return [open, { kind: "any_member" }];
    return [
      open,
      { kind: "any_member" },
      ...platformRoles[policy.platform as PlatformId]
        .filter((role) => !(role in policy.grants))
        .map((role): Policy => ({ ...policy, grants: { ...policy.grants, [role]: "all" } })),
    ];
  };
  const guards = operations.flatMap((operation) => weaker(operation.route).map((policy) => ({ operation, policy })));

  it("on every route", async () => {
    const unseen: string[] = [];
    for (const { operation, policy } of guards) {
      const declared = operation.route.policy;
      const told = identities.find((who) => verdict(policy, who) !== verdict(declared, who));
      const seen = told && (await declaredAs(operation, { policy }, async () => fault(declared, told, await probe(place, operation, told, place.here.own))));
      if (seen === undefined) unseen.push(`${operation.id} with ${JSON.stringify(policy)}`);
    }
    expect(guards.length).toBeGreaterThan(operations.length);
    expect(unseen).toEqual([]);
    removed += guards.length;
  });
});

type Stored = Record<string, any>;
/** What a read shows to a check that does not look: the item as if the check held. */
const blinded = (db: Database, change: (item: Stored) => Stored): Database => ({
  physical: (table) => db.physical(table),
  send: async (op, pattern, input) => {
    const reply = await db.send(op, pattern, input);
    const Responses = Object.entries<Stored[]>(reply.Responses).map(([table, items]) => [table, items.map(change)]);
    return { ...reply, Responses: Object.fromEntries(Responses) };
  },
});
const blind =
  (change: (item: Stored, bearer: string) => Stored): Authenticator =>
  (ctx, bearer, org_id) =>
    authenticate({ ...ctx, db: blinded(ctx.db, (item) => change(item, bearer)) }, bearer, org_id);
const on =
  (entity: string, change: (item: Stored, bearer: string) => Stored) =>
  (item: Stored, bearer: string): Stored =>
    item["_t"] === entity ? { ...item, ...change(item, bearer) } : item;
/** A membership for whoever asks. */
const anybody: Authenticator = async (ctx, bearer, org_id) => {
  const found = await authenticate(ctx, bearer, undefined);
  return found.actor.kind === "user" && org_id !== undefined
    ? { actor: { ...found.actor, org_role: "owner", roles: { soundcloud: ["admin"] } }, org_id }
    : authenticate(ctx, bearer, org_id);
};

const checks: Readonly<Record<string, Authenticator>> = {
  "a session's end of life": blind(on("Session", () => ({ access_expires_at: "2099-01-01T00:00:00.000Z" }))),
  "a session's ending": blind(on("Session", () => ({ ended_at: undefined }))),
  "a session token's secret": blind(on("Session", (_, bearer) => ({ access_hash: sha256(bearer) }))),
  "the membership": anybody,
  "a key's revocation": blind(on("ApiKey", () => ({ revoked_at: undefined }))),
  "a key's end of life": blind(on("ApiKey", () => ({ expires_at: undefined }))),
  "a key's secret": blind(on("ApiKey", (_, bearer) => ({ secret_hash: sha256(bearer) }))),
  "the key's own org": (ctx, bearer, org_id) => authenticate(ctx, bearer, bearer.startsWith("gsk_") ? undefined : org_id),
  "the org's closing": blind(on("Org", () => ({ status: "active" }))),
};

it.each(Object.entries(checks))("an authenticator that does not look at %s turns a cell red", async (_, careless) => {
  const operation = operations.find(({ route }) => route.policy.kind === "roles" && Object.hasOwn(route.policy.grants, "admin"))!;
  const reds = async (): Promise<string[]> => {
    const all = await Promise.all(identities.map(async (who) => fault(operation.route.policy, who, await probe(place, operation, who, place.here.own))));
    return all.filter((one) => one !== undefined);
  };
  expect(await reds()).toEqual([]);
  judge = careless;
  try {
    expect(await reds()).not.toEqual([]);
    removed += 1;
  } finally {
    judge = authenticate;
  }
});

describe("an object's owner", () => {
  /** The use case works in the other tenant's org, as if it had taken the id from the path instead of the membership. */
  const astray: Authenticator = async (...asked) => ({ ...(await authenticate(...asked)), org_id: place.there.org.org_id });

  it.each(namingObjects(operations).filter(({ route }) => route.method === "GET" && !["signed_in", "public", "signed"].includes(route.policy.kind)))(
    "$id in an org that is not the caller's turns a cell red",
    async (operation) => {
      judge = astray;
      try {
        const token = operation.route.policy.kind === "org_owner" ? place.here.owner.token : place.here.admin.token;
        const [foreign, none] = [await ask(place, operation, token, place.there.own), await ask(place, operation, token, MISSING)];
        expect(comparable(foreign)).not.toEqual(comparable(none));
        removed += 1;
      } finally {
        judge = authenticate;
      }
    },
  );

  it.each(reachingOwn(operations))("$id with a member's reach that is too wide turns a cell red", async (operation) => {
    const { policy } = operation.route;
    if (policy.kind !== "roles") throw new Error("Only roles reach one's own items.");
    const wider: Policy = { ...policy, grants: { ...policy.grants, member: "all" } };
    const [others, none] = await declaredAs(operation, { policy: wider }, () => othersAndNone(place, operation));
    expect(others).not.toEqual(none);
    removed += 1;
  });
});

describe("what a request must bring", () => {
  const tokenFor = ({ route }: Operation): string =>
    route.policy.kind === "signed_in" ? place.here.owner.token : route.policy.kind === "org_owner" ? place.here.owner.token : machine;
  /** Well-formed but for what is left out; unknown objects, so that nothing changes where it passes. */
  const without = async (operation: Operation, left: "key" | "version"): Promise<string> => {
    const { body, options } = requestOf(place, operation);
    const { [left]: _, ...rest } = options;
    const reply = await place.client.request(operation.route.method, pathOf(operation, MISSING), body, {
      ...rest,
      ...(operation.route.policy.kind === "public" ? {} : { token: tokenFor(operation), org: place.here.org.org_id }),
    });
    return `${reply.status} ${reply.problem?.code}`;
  };

  it.each(operations.filter(({ route }) => route.if_match))("$id without If-Match is 428, and no longer when the guard is off", async (operation) => {
    expect(await without(operation, "version")).toMatch(/^428 /);
    expect(await declaredAs(operation, { if_match: undefined } as never, () => without(operation, "version"))).not.toMatch(/^428 /);
    removed += 1;
  });
  it.each(operations.filter(({ route }) => route.idempotent && route.policy.kind !== "public"))(
    "$id without Idempotency-Key is 400, and no longer when the guard is off",
    async (operation) => {
      const refused = await without(operation, "key");
      expect(refused).toMatch(/^400 /);
      expect(await declaredAs(operation, { idempotent: undefined } as never, () => without(operation, "key"))).not.toBe(refused);
      removed += 1;
    },
  );
});

it("counts what it has taken out", () => {
  figures("S1", { guards_removed: removed, guards_unseen: 0 });
});
