import { beforeAll, describe, expect, it } from "vitest";
import type { Policy, Route } from "../../shared/kernel/http/route.ts";
import type { Options, Reply } from "../support/api-client.ts";
import { loadApis, operationsOf, pathOf, type Operation } from "../support/matrix/operations.ts";
import { MISSING, type MatrixWorld, type Objects, freshIp, matrixWorld } from "../support/matrix/world.ts";

/** Who calls, as far as policies tell callers apart. */
interface Identity {
  readonly name: string;
  /** Undefined is a caller without a token. */
  readonly token: string | undefined;
  readonly kind: "none" | "refused" | "user" | "api_key";
  /** In the org that is asked. */
  readonly member: boolean;
  readonly owner?: true;
  readonly roles: readonly string[];
  readonly without_org?: true;
}

const operations = operationsOf(await loadApis());
let place: MatrixWorld;
let identities: readonly Identity[];
beforeAll(async () => {
  place = await matrixWorld();
  const { here, there, keyOf } = place;
  const dead = await place.dead();
  const refused = (name: string, token: string | undefined): Identity => ({
    name,
    token,
    kind: token === undefined ? "none" : "refused",
    member: false,
    roles: [],
  });
  const user = (name: string, token: string, roles: readonly string[], more: Partial<Identity> = {}): Identity => ({
    name,
    token,
    kind: "user",
    member: true,
    roles,
    ...more,
  });
  const key = async (roles: readonly ("admin" | "moderator" | "member")[]): Promise<Identity> => ({
    name: `API key (${roles.join() || "no role"})`,
    token: await keyOf(here.org, roles),
    kind: "api_key",
    member: true,
    roles,
  });
  identities = [
    refused("nobody", undefined),
    refused("expired session", dead.expired),
    refused("ended session", dead.ended),
    refused("altered token", dead.altered),
    refused("unknown session", dead.unknown),
    refused("revoked API key", dead.revoked_key),
    refused("expired API key", dead.expired_key),
    refused("unknown API key", dead.unknown_key),
    user("former owner", dead.removed, [], { member: false }),
    user("admin of another org", there.admin.token, [], { member: false }),
    user("owner of another org", there.owner.token, [], { member: false }),
    user("member without a role", here.bystander.token, []),
    user("artist", here.self.person.token, ["member"]),
    user("moderator", here.moderator.token, ["moderator"]),
    user("admin", here.admin.token, ["admin"]),
    user("owner without a role", here.owner.token, [], { owner: true }),
    user("admin without X-Org-Id", here.admin.token, ["admin"], { without_org: true }),
    await key(["admin"]),
    await key(["moderator"]),
    await key(["member"]),
    await key([]),
    { ...(await key(["admin"])), name: "API key of another org", token: await keyOf(there.org, ["admin"]), member: false },
  ];
});

/** What the declaration of a route says about a caller: the status that refuses them, or `passes`. */
const verdict = (policy: Policy, who: Identity): "passes" | 400 | 401 | 403 | 404 => {
  if (policy.kind === "public") return "passes";
  if (who.kind === "none" || who.kind === "refused") return 401;
  if (!who.member) return 404;
  if (policy.kind === "signed_in") return who.kind === "user" ? "passes" : 403;
  if (who.without_org && who.kind === "user") return 400;
  if (policy.kind === "any_member") return "passes";
  if (policy.kind === "org_owner") return who.owner ? "passes" : 403;
  return who.roles.some((role) => Object.hasOwn(policy.grants, role)) ? "passes" : 403;
};

const reasons: Readonly<Record<number, readonly string[]>> = {
  400: ["missing_org"],
  401: ["missing_token", "invalid_token"],
  403: ["role_required", "owner_required", "user_session_required"],
  404: ["not_found"],
};

const PROBE = "no_such_parameter";

/**
 * Calls with a query parameter that no route knows: whoever passes is told so before the use case runs, so that the
 * whole matrix changes nothing.
 */
const probe = (operation: Operation, { token, without_org }: Identity, objects: Objects): Promise<Reply> =>
  place.client.request(operation.route.method, pathOf(operation, objects), undefined, {
    ...(token === undefined ? {} : { token }),
    ...(without_org ? {} : { org: place.here.org.org_id }),
    key: place.ids.uuid(),
    version: 1,
    ip: freshIp(),
    query: { [PROBE]: "1" },
  });

/** Undefined when the reply is what the policy says, else what is wrong. */
const fault = (policy: Policy, who: Identity, { status, problem }: Reply): string | undefined => {
  const expected = verdict(policy, who);
  const passed = status === 400 && problem.errors.some(({ pointer }) => pointer === `/query/${PROBE}`);
  if (expected === "passes") return passed ? undefined : `${who.name} is refused: ${status} ${problem.code}`;
  if (passed) return `${who.name} passes instead of ${expected}`;
  return status === expected && reasons[expected]!.includes(problem.code) ? undefined : `${who.name}: ${status} ${problem.code} instead of ${expected}`;
};

const faults = async (operation: Operation, policy: Policy): Promise<string[]> => {
  const found = await Promise.all(identities.map(async (who) => fault(policy, who, await probe(operation, who, place.here.own))));
  return found.filter((one) => one !== undefined);
};

/** The reply without what differs from request to request. */
const comparable = ({ status, body }: Reply): unknown => ({ status, body: { ...body, request_id: "" } });

const requestOf = ({ route }: Operation): { body: unknown; options: Options } => ({
  body: route.body ? (route.example?.body ?? {}) : undefined,
  options: { key: place.ids.uuid(), version: 1, ip: freshIp() },
});

describe("authorization matrix", () => {
  it.each(operations)("$id lets in whom its policy names, and nobody else", async (operation) => {
    expect(await faults(operation, operation.route.policy)).toEqual([]);
  });

  it("has an object for every path parameter", () => {
    const names = new Set(operations.flatMap((operation) => operation.names));
    expect(
      [...names].filter((name) => place.here.own[name] === undefined),
      "Add one to objectsOf in tests/support/matrix/world.ts.",
    ).toEqual([]);
  });
});

/** A day or a platform names no object of anybody; below it, what is read may still be one. */
const namesObject = ({ names }: Operation): boolean => names.some((name) => name !== "platform" && name !== "date");
const withPath = operations.filter(
  (operation) => operation.route.policy.kind !== "public" && (namesObject(operation) || (operation.names.length > 0 && operation.route.method === "GET")),
);
const reachesOwn = ({ policy }: Route): boolean => policy.kind === "roles" && Object.values(policy.grants).includes("own");

const ofMembers = withPath.filter((operation) => reachesOwn(operation.route) && namesObject(operation));

describe("ownership", () => {
  let machine: string;
  beforeAll(async () => {
    machine = await place.keyOf(place.here.org, ["admin"]);
  });
  const ask = (operation: Operation, token: string, objects: Objects): Promise<Reply> => {
    const { body, options } = requestOf(operation);
    return place.client.request(operation.route.method, pathOf(operation, objects), body, { ...options, token, org: place.here.org.org_id });
  };

  it.each(withPath)("$id: another tenant's object is the same as none", async (operation) => {
    const { here, there } = place;
    const tokens = [here.self.person.token, here.moderator.token, here.admin.token, here.owner.token, machine];
    const pairs = await Promise.all(tokens.map((token) => Promise.all([ask(operation, token, MISSING), ask(operation, token, there.own)])));
    for (const [missing, foreign] of pairs) {
      expect(comparable(foreign)).toEqual(comparable(missing));
      expect(missing.status >= 400 || missing.body.items?.length === 0, JSON.stringify(missing.body)).toBe(true);
    }
  });

  /** What a member is told of another member's objects, beside what they are told of none. A day's queue belongs to nobody. */
  const othersAndNone = (operation: Operation): Promise<unknown[]> => {
    const { here } = place;
    const others = { ...here.others, date: MISSING["date"]! };
    return Promise.all([others, MISSING].map(async (objects) => comparable(await ask(operation, here.self.person.token, objects))));
  };

  it.each(ofMembers)("$id: another member's object is the same as none for a member", async (operation) => {
    const [others, none] = await othersAndNone(operation);
    expect(others).toEqual(none);
  });

  it.each(ofMembers.filter(({ route }) => route.method === "GET"))("$id: the test above sees a member's reach that is too wide", async (operation) => {
    const { policy } = operation.route;
    if (policy.kind !== "roles") throw new Error("Only roles reach one's own items.");
    try {
      Object.assign(operation.route, { policy: { ...policy, grants: { ...policy.grants, member: "all" } } });
      const [others, none] = await othersAndNone(operation);
      expect(others).not.toEqual(none);
    } finally {
      Object.assign(operation.route, { policy });
    }
  });

  it.each(withPath.filter(({ route }) => route.method === "GET"))("$id: one's own object is there", async (operation) => {
    const { here } = place;
    const token = reachesOwn(operation.route) ? here.self.person.token : operation.route.policy.kind === "org_owner" ? here.owner.token : here.admin.token;
    const own = await ask(operation, token, here.own);
    expect([own.status, own.problem?.code]).toEqual([200, undefined]);
  });
});

describe("the matrix sees a guard that is missing", () => {
  /** Every weaker policy that a slip could leave on a route. */
  const weaker = ({ policy }: Route): Policy[] => {
    const open: Policy = { kind: "public" };
    if (policy.kind === "public") return [];
    if (policy.kind === "signed_in") return [open];
    if (policy.kind === "any_member") return [open, { kind: "signed_in" }];
    if (policy.kind === "org_owner") return [open, { kind: "any_member" }];
    return [
      open,
      { kind: "any_member" },
      ...["admin", "moderator", "member"]
        .filter((role) => !(role in policy.grants))
        .map((role): Policy => ({ ...policy, grants: { ...policy.grants, [role]: "all" } })),
    ];
  };
  const guards = operations.flatMap((operation) => weaker(operation.route).map((policy) => ({ operation, policy })));

  it("on every route", async () => {
    const unseen: string[] = [];
    for (const { operation, policy } of guards) {
      const declared = operation.route.policy;
      try {
        Object.assign(operation.route, { policy });
        const told = identities.find((who) => verdict(policy, who) !== verdict(declared, who));
        if (!told || fault(declared, told, await probe(operation, told, place.here.own)) === undefined)
          unseen.push(`${operation.id} with ${JSON.stringify(policy)}`);
      } finally {
        Object.assign(operation.route, { policy: declared });
      }
    }
    expect(guards.length).toBeGreaterThan(operations.length);
    expect(unseen).toEqual([]);
  });
});
