import { beforeAll, describe, expect, it } from "vitest";
import { randomOf } from "../support/faults/random.ts";
import { type Malformed, malformedRequests } from "../support/matrix/malformed.ts";
import { type Operation, loadApis, operationsOf } from "../support/matrix/operations.ts";
import { type MatrixWorld, freshIp, matrixWorld } from "../support/matrix/world.ts";
import type { Reply } from "../support/api-client.ts";

/** MALFORMED_CASES=100000 takes every case of every operation. */
const CASES = Number(process.env["MALFORMED_CASES"] ?? 20);
const LEAST = 20;
const AT_ONCE = 10;
const operations = operationsOf(await loadApis());
const prototype = Object.getOwnPropertyNames(Object.prototype).toSorted();
let place: MatrixWorld;
beforeAll(async () => {
  place = await matrixWorld();
});

const requestsOf = (operation: Operation): Malformed[] => {
  const { here } = place;
  const token = operation.route.policy.kind === "org_owner" ? here.owner.token : here.admin.token;
  const options = { token, org: here.org.org_id, key: "a-key-of-its-own", version: 1 };
  return malformedRequests({ operation, objects: here.own, options }, operations);
};

/** A choice that differs between operations and is the same in every run. */
const some = (operation: Operation, count: number): Malformed[] => {
  const random = randomOf([...operation.id].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7));
  return requestsOf(operation)
    .map((request) => ({ request, order: random() }))
    .toSorted((a, b) => a.order - b.order)
    .slice(0, count)
    .map(({ request }) => request);
};

/** Undefined when the reply is a problem that says what is wrong, else what the reply does wrong. */
const fault = ({ name, options }: Malformed, { status, headers, problem }: Reply): string | undefined => {
  const wrong = (what: string): string =>
    `${name} ${JSON.stringify(options.raw ?? options.query ?? {}).slice(0, 200)}: ${what}; ${status} ${JSON.stringify(problem)?.slice(0, 300)}`;
  if (status < 400 || status > 499) return wrong("is not refused as the caller's fault");
  if (headers["content-type"] !== "application/problem+json") return wrong("is no problem document");
  if (problem.status !== status || !problem.code || !problem.detail || !problem.request_id || !problem.title) return wrong("is an incomplete problem");
  if (status === 400 && problem.errors.length === 0) return wrong("points at nothing");
  if (problem.errors.some(({ pointer, code, detail }) => !/^($|\/)/.test(pointer) || !code || !detail)) return wrong("has an incomplete violation");
  if (status === 405 && !headers["allow"]) return wrong("does not say what is allowed");
  if (/node_modules|\.ts:\d|\n\s+at /.test(JSON.stringify(problem))) return wrong("shows the inside");
  return undefined;
};

describe("malformed input", () => {
  it.each(operations)("$id refuses it with a problem", async (operation) => {
    const requests = some(operation, CASES);
    expect(requests.length).toBeGreaterThanOrEqual(LEAST);
    const found: (string | undefined)[] = [];
    const ask = async (request: Malformed): Promise<void> => {
      found.push(fault(request, await place.client.request(request.method, request.path, undefined, { ...request.options, ip: freshIp() })));
    };
    while (requests.length > 0) await Promise.all(requests.splice(0, AT_ONCE).map(ask));
    expect(found.filter((one) => one !== undefined)).toEqual([]);
  });

  it("leaves Object.prototype alone", () => {
    expect(Object.getOwnPropertyNames(Object.prototype).toSorted()).toEqual(prototype);
  });
});
