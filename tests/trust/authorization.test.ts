import { beforeAll, describe, expect, it } from "vitest";
import { atSize, figures } from "../support/figures.ts";
import { type Identity, ask, comparable, fault, identitiesOf, namingObjects, othersAndNone, probe, reachesOwn, reachingOwn } from "../support/matrix/cells.ts";
import { type Operation, loadApis, operationsOf } from "../support/matrix/operations.ts";
import { MISSING, type MatrixWorld, type Objects, matrixWorld } from "../support/matrix/world.ts";

const operations = operationsOf(await loadApis());
let place: MatrixWorld;
let identities: readonly Identity[];
beforeAll(async () => {
  place = await matrixWorld();
  identities = await identitiesOf(place);
});

let cells = 0;
const faults = async (operation: Operation, objects: Objects = place.here.own): Promise<string[]> => {
  const found = await Promise.all(identities.map(async (who) => fault(operation.route.policy, who, await probe(place, operation, who, objects))));
  cells += found.length;
  return found.filter((one) => one !== undefined);
};

describe("authorization matrix", () => {
  it.each(operations)("$id lets in whom its policy names, and nobody else", async (operation) => {
    expect(await faults(operation)).toEqual([]);
  });

  it("has an object for every path parameter", () => {
    const names = new Set(operations.flatMap((operation) => operation.names));
    expect(
      [...names].filter((name) => place.here.own[name] === undefined),
      "Add one to objectsOf in tests/support/matrix/world.ts.",
    ).toEqual([]);
  });
});

/** The caller that a route lets in to any object of the org, as a place in the list of tokens. */
const ADMIN = 2;
const OWNER = 3;
const insiderOf = ({ id, route }: Operation): number => (route.policy.kind === "org_owner" || id === "identity.removeMembership" ? OWNER : ADMIN);

/** Where something is asked before the object is looked for, the same of every object. */
const REFUSED_EARLIER: Readonly<Record<string, string>> = {
  "social.receiveMessage": "The sender is known by the signature alone; without one no org is told from another.",
  "soundcloud.receivePlannerEvent": "The sender is known by the signature alone; without one no org is told from another.",
};
const withPath = namingObjects(operations);
/** Whose objects everybody asks for, beside their own: all of these, or one after the other. */
const STRANGE: readonly ((place: MatrixWorld) => Objects)[] = [({ here }) => here.others, ({ there }) => there.own, () => MISSING];
const strangeFor = (operation: Operation): typeof STRANGE => atSize({ test: [STRANGE[withPath.indexOf(operation) % STRANGE.length]!], soak: STRANGE });
const ofMembers = reachingOwn(operations);

describe("ownership", () => {
  let machine: string;
  beforeAll(async () => {
    machine = await place.here.org.keyWith(["admin"]);
  });
  it.each(withPath)("$id: another tenant's object is the same as none", async (operation) => {
    const { here, there } = place;
    const tokens = [here.self.person.token, here.moderator.token, here.admin.token, here.owner.token, machine];
    const pairs = await Promise.all(tokens.map((token) => Promise.all([ask(place, operation, token, MISSING), ask(place, operation, token, there.own)])));
    for (const [missing, foreign] of pairs) {
      expect(comparable(foreign)).toEqual(comparable(missing));
      expect(missing.status >= 400 || missing.body.items?.length === 0, JSON.stringify(missing.body)).toBe(true);
    }
    // Nothing but the object's absence stood in the way of who may reach them all.
    const [missing] = pairs[insiderOf(operation)]!;
    expect(missing.status, JSON.stringify(missing.body)).toBe(operation.id in REFUSED_EARLIER ? 401 : 404);
  });

  it.each(withPath)("$id: who may ask is the same whosever object it is, and if there is none", async (operation) => {
    for (const objects of strangeFor(operation)) expect(await faults(operation, objects(place))).toEqual([]);
  });

  it.each(ofMembers)("$id: another member's object is the same as none for a member", async (operation) => {
    const [others, none] = await othersAndNone(place, operation);
    expect(others).toEqual(none);
    expect(none).toMatchObject({ status: 404 });
  });

  it.each(withPath.filter(({ route }) => route.method === "GET"))("$id: one's own object is there", async (operation) => {
    const { here } = place;
    const token = reachesOwn(operation.route) ? here.self.person.token : operation.route.policy.kind === "org_owner" ? here.owner.token : here.admin.token;
    const own = await ask(place, operation, token, here.own);
    expect([own.status, own.problem?.code]).toEqual([200, undefined]);
  });
});

it("counts what it has shown", () => {
  figures("S1", {
    routes: operations.length,
    identities: identities.length,
    cells,
    ownership: withPath.length + ofMembers.length,
  });
});
