import type { PlatformId } from "../../../shared/identity/platform-roles.ts";
import type { Policy, Route } from "../../../shared/kernel/http/route.ts";
import type { Options, Reply } from "../api-client.ts";
import { sameRank } from "../world.ts";
import { type Operation, pathOf } from "./operations.ts";
import { MISSING, type MatrixWorld, type Objects, freshIp } from "./world.ts";

/** Who calls, as far as policies tell callers apart. */
export interface Identity {
  readonly name: string;
  /** Undefined is a caller without a token. */
  readonly token: string | undefined;
  readonly kind: "none" | "refused" | "user" | "api_key";
  /** In the org that is asked. */
  readonly member: boolean;
  readonly owner?: true;
  readonly roles: readonly string[];
  readonly without_org?: true;
  /** Asks in another org than the one that is asked by everybody else. */
  readonly org_id?: string;
}

/** Callers of every kind in and around the org that is asked, those included that must be refused. */
export const identitiesOf = async (place: MatrixWorld): Promise<Identity[]> => {
  const { here, there } = place;
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
    token: await here.org.keyWith(roles),
    kind: "api_key",
    member: true,
    roles,
  });
  return [
    refused("nobody", undefined),
    refused("expired session", dead.expired),
    refused("ended session", dead.ended),
    refused("altered token", dead.altered),
    refused("unknown session", dead.unknown),
    refused("revoked API key", dead.revoked_key),
    refused("expired API key", dead.expired_key),
    refused("unknown API key", dead.unknown_key),
    refused("altered API key", dead.altered_key),
    { ...refused("API key of a closed org", dead.key_of_closed.token), org_id: dead.key_of_closed.org_id },
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
    { ...(await key(["admin"])), name: "API key of another org", token: await there.org.keyWith(["admin"]), member: false },
  ];
};

/** What the declaration of a route says about a caller: the status that refuses them, or `passes`. */
export const verdict = (policy: Policy, who: Identity): "passes" | 400 | 401 | 403 | 404 => {
  if (policy.kind === "public") return "passes";
  // Nobody here signs: a session or a key is none of the sender's secrets.
  if (policy.kind === "signed") return 401;
  if (who.kind === "none" || who.kind === "refused") return 401;
  if (!who.member) return 404;
  if (policy.kind === "signed_in") return who.kind === "user" ? "passes" : 403;
  if (who.without_org && who.kind === "user") return 400;
  if (policy.kind === "any_member") return "passes";
  if (policy.kind === "org_owner") return who.owner ? "passes" : 403;
  const roles = who.roles.map((role) => sameRank("soundcloud", role, policy.platform as PlatformId));
  return roles.some((role) => Object.hasOwn(policy.grants, role)) ? "passes" : 403;
};

const reasons: Readonly<Record<number, readonly string[]>> = {
  400: ["missing_org"],
  401: ["missing_token", "invalid_token", "bad_signature"],
  403: ["role_required", "owner_required", "user_session_required"],
  404: ["not_found"],
};

const PROBE = "no_such_parameter";

/**
 * Calls with a query parameter that no route knows: whoever passes is told so before the use case runs, so that the
 * whole matrix changes nothing.
 */
export const probe = (
  place: MatrixWorld,
  operation: Operation,
  { token, without_org, org_id = place.here.org.org_id }: Identity,
  objects: Objects,
): Promise<Reply> =>
  place.client.request(operation.route.method, pathOf(operation, objects), undefined, {
    ...(token === undefined ? {} : { token }),
    ...(without_org ? {} : { org: org_id }),
    key: place.ids.uuid(),
    version: 1,
    ip: freshIp(),
    query: { [PROBE]: "1" },
  });

/** Undefined when the reply is what the policy says, else what is wrong. */
export const fault = (policy: Policy, who: Identity, { status, problem }: Reply): string | undefined => {
  const expected = verdict(policy, who);
  const passed = status === 400 && problem.errors.some(({ pointer }) => pointer === `/query/${PROBE}`);
  if (expected === "passes") return passed ? undefined : `${who.name} is refused: ${status} ${problem.code}`;
  if (passed) return `${who.name} passes instead of ${expected}`;
  return status === expected && reasons[expected]!.includes(problem.code) ? undefined : `${who.name}: ${status} ${problem.code} instead of ${expected}`;
};

/** The reply without what differs from request to request. */
export const comparable = ({ status, body }: Reply): unknown => ({ status, body: { ...body, request_id: "" } });

/** Bodies that get as far as the object where the example's does not: it names things of the org, or another day. */
const BODIES: Readonly<Record<string, (place: MatrixWorld) => object>> = {
  "soundcloud.addMemberGenre": ({ here }) => ({ genre_family_id: here.own["family_id"] }),
  "social.markPublished": () => ({ platform_post_id: "17890000000000099" }),
};

export const requestOf = (place: MatrixWorld, { id, route }: Operation): { body: unknown; options: Options } => ({
  body: BODIES[id]?.(place) ?? (route.body ? (route.example?.body ?? {}) : undefined),
  options: { key: place.ids.uuid(), version: 1, ip: freshIp() },
});

/** Asks as the example of the route does, for these objects. */
export const ask = (place: MatrixWorld, operation: Operation, token: string, objects: Objects): Promise<Reply> => {
  const { body, options } = requestOf(place, operation);
  return place.client.request(operation.route.method, pathOf(operation, objects), body, { ...options, token, org: place.here.org.org_id });
};

/** What a member is told of another member's objects, beside what they are told of none. A day's queue belongs to nobody. */
export const othersAndNone = (place: MatrixWorld, operation: Operation): Promise<unknown[]> => {
  const { here } = place;
  const others = { ...here.others, date: MISSING["date"]! };
  return Promise.all([others, MISSING].map(async (objects) => comparable(await ask(place, operation, here.self.person.token, objects))));
};

/** Runs `work` while the route is declared otherwise: with a guard taken out. */
export const declaredAs = async <T>({ route }: Operation, change: Partial<Route>, work: () => Promise<T>): Promise<T> => {
  const before = Object.fromEntries(Object.keys(change).map((name) => [name, route[name as keyof Route]]));
  try {
    Object.assign(route, change);
    return await work();
  } finally {
    Object.assign(route, before);
  }
};

/** A day, a platform or a network names no object of anybody; below it, what is read may still be one. */
const namesObject = ({ names }: Operation): boolean => names.some((name) => !["platform", "date", "name"].includes(name));
/** Routes that name an object that belongs to somebody. */
export const namingObjects = (operations: readonly Operation[]): Operation[] =>
  operations.filter(
    (operation) => operation.route.policy.kind !== "public" && (namesObject(operation) || (operation.names.length > 0 && operation.route.method === "GET")),
  );
export const reachesOwn = ({ policy }: Route): boolean => policy.kind === "roles" && Object.values(policy.grants).includes("own");

/** Of these, the routes on which a member reaches what is their own, and nothing else. */
export const reachingOwn = (operations: readonly Operation[]): Operation[] =>
  namingObjects(operations).filter((operation) => reachesOwn(operation.route) && namesObject(operation));
