import { beforeAll, describe, expect, it } from "vitest";
import { randomOf, shuffled } from "../support/faults/random.ts";
import { atSize, figures } from "../support/figures.ts";
import { documentedOperations } from "../support/fuzz/document.ts";
import { FREE_FORM, freeFormAt } from "../support/matrix/free-form.ts";
import { type Malformed, malformedRequests } from "../support/matrix/malformed.ts";
import { type Operation, loadApis, operationsOf } from "../support/matrix/operations.ts";
import { requestObjects } from "../support/matrix/request-objects.ts";
import { type MatrixWorld, freshIp, matrixWorld } from "../support/matrix/world.ts";
import type { Reply } from "../support/api-client.ts";
import { storedItems } from "../support/outlets.ts";

/** Of each operation; at full size all there are. */
const CASES = atSize({ test: 20, soak: 1_000_000 });
const LEAST = 20;
const AT_ONCE = 10;
const operations = operationsOf(await loadApis());
const prototype = Object.getOwnPropertyNames(Object.prototype).toSorted();
let place: MatrixWorld;
let before: readonly string[];
let requested = 0;
let foreign_fields = 0;
let request_objects = 0;
beforeAll(async () => {
  place = await matrixWorld();
  before = await stored();
});

/** Every item of every table but the windows of rate limits, which count refusals too. */
const stored = async (): Promise<string[]> => {
  const items = await storedItems(Object.values(place.physical));
  return items
    .map((item) => JSON.stringify(item))
    .filter((text) => !text.includes('"RATE#'))
    .toSorted();
};

const requestsOf = (operation: Operation): Malformed[] => {
  const { here } = place;
  const token = operation.route.policy.kind === "org_owner" ? here.owner.token : here.admin.token;
  const options = { token, org: here.org.org_id, key: "a-key-of-its-own", version: 1 };
  return malformedRequests({ operation, objects: here.own, options }, operations);
};

const hasForeign = ({ foreign }: Malformed): boolean => foreign !== undefined;

/** A choice that differs between operations and is the same in every run. */
const some = (operation: Operation, count: number): Malformed[] => {
  const random = randomOf([...operation.id].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7));
  const all = requestsOf(operation);
  const named = all.filter(hasForeign);
  const chosen = shuffled(random, all).slice(0, count);
  // Of the fields that are not the client's at least one is always tried.
  return named.length > 0 && !chosen.some(hasForeign) ? [...chosen, named[0]!] : chosen;
};

/** Undefined when the reply is a problem that says what is wrong, else what the reply does wrong. */
const fault = ({ route }: Operation, { name, options, foreign }: Malformed, { status, headers, problem }: Reply): string | undefined => {
  const wrong = (what: string): string =>
    `${name} ${JSON.stringify(options.raw ?? options.query ?? {}).slice(0, 200)}: ${what}; ${status} ${JSON.stringify(problem)?.slice(0, 300)}`;
  if (status < 400 || status > 499) return wrong("is not refused as the caller's fault");
  if (headers["content-type"] !== "application/problem+json") return wrong("is no problem document");
  if (problem.status !== status || !problem.code || !problem.detail || !problem.request_id || !problem.title) return wrong("is an incomplete problem");
  if (status === 400 && problem.errors.length === 0) return wrong("points at nothing");
  if (problem.errors.some(({ pointer, code, detail }) => !/^($|\/)/.test(pointer) || !code || !detail)) return wrong("has an incomplete violation");
  if (status === 405 && !headers["allow"]) return wrong("does not say what is allowed");
  // A webhook's signature is looked at first, and a body with one more field has another.
  const unsigned = route.policy.kind === "signed" && status === 401;
  if (foreign !== undefined && !unsigned && !problem.errors?.some(({ pointer, code }) => pointer === foreign && code === "unknown_field"))
    return wrong("does not say that the field is unknown");
  if (/node_modules|\.ts:\d|\n\s+at /.test(JSON.stringify(problem))) return wrong("shows the inside");
  return undefined;
};

describe("what the API reference says of bodies", () => {
  const objects = documentedOperations().flatMap((operation) => requestObjects(operation).map((object) => ({ id: operation.id, ...object })));

  it("every object of every body takes the fields that it names and no others, but at the free-form places", () => {
    const open = objects.filter(({ id, path, closed }) => !closed && freeFormAt(id, path) === undefined).map(({ id, place }) => `${id} ${place}`);
    expect(open, "Declare it strict, or say in tests/support/matrix/free-form.ts why its names are free.").toEqual([]);
    request_objects = objects.length;
    expect(request_objects).toBeGreaterThan(operations.filter(({ route }) => route.body).length);
  });

  it("every free-form place is one", () => {
    const open = new Set(objects.filter(({ closed }) => !closed).map(({ id, place }) => `${id} ${place}`));
    expect(Object.keys(FREE_FORM).filter((place) => !open.has(place))).toEqual([]);
  });
});

describe("malformed input", () => {
  it.each(operations)(
    "$id refuses it with a problem",
    async (operation) => {
      const requests = some(operation, CASES);
      expect(requests.length).toBeGreaterThanOrEqual(LEAST);
      requested += requests.length;
      foreign_fields += requests.filter(hasForeign).length;
      const found: (string | undefined)[] = [];
      const send = ({ method, path, options }: Malformed): Promise<Reply> => place.client.request(method, path, undefined, { ...options, ip: freshIp() });
      // A refusal for the rate tells nothing of the request: it is sent again in another window.
      const ask = async (request: Malformed): Promise<Reply> => {
        const reply = await send(request);
        if (reply.status !== 429) return reply;
        place.clock.advance(Number(reply.headers["retry-after"]) * 1000);
        return ask(request);
      };
      const began = place.clock.now();
      while (requests.length > 0) {
        const asked = requests.splice(0, AT_ONCE);
        const replies = await Promise.all(asked.map(ask));
        found.push(...asked.map((request, at) => fault(operation, request, replies[at]!)));
      }
      place.clock.set(began.toISOString());
      expect(found.filter((one) => one !== undefined)).toEqual([]);
    },
    atSize({ test: 30_000, soak: 600_000 }),
  );

  it("changes nothing that is stored, and leaves Object.prototype alone", async () => {
    expect(await stored()).toEqual(before);
    expect(Object.getOwnPropertyNames(Object.prototype).toSorted()).toEqual(prototype);
    figures("S6", {
      requests: requested,
      "with a field that is not the client's": foreign_fields,
      "objects of bodies": request_objects,
      "where names are free": Object.keys(FREE_FORM).length,
      accepted: 0,
      "stored items changed": 0,
    });
  });
});
