import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { beforeAll, describe, expect, it } from "vitest";
import type * as z from "zod";
import type { Options } from "../support/api-client.ts";
import { dynamoClient } from "../support/dynamo.ts";
import { pick, randomOf } from "../support/faults/random.ts";
import { atSize, figures } from "../support/figures.ts";
import { type Operation, pathOf } from "../support/matrix/operations.ts";
import { MISSING, type MatrixWorld, type Objects, freshIp, matrixWorld } from "../support/matrix/world.ts";

const SEED = 20261120;
const REQUESTS = atSize({ test: 1_000, soak: 100_000 });
const AT_ONCE = 8;

let place: MatrixWorld;
let canaries: ReadonlySet<string>;
let foreign: Objects;
beforeAll(async () => {
  place = await matrixWorld();
  foreign = place.there.own;
  canaries = await textsOnlyThere();
});

type Stored = Readonly<Record<string, unknown>>;

/** Every item of every table. */
const everything = async (): Promise<Stored[]> => {
  const client = new DynamoDBClient(dynamoClient());
  const tables = Object.values(place.physical);
  const pages = await Promise.all(tables.map((TableName) => Array.fromAsync(paginateScan({ client }, { TableName }), ({ Items }) => Items ?? [])));
  client.destroy();
  return pages.flat(2);
};
const isHere = (item: Stored): boolean => JSON.stringify(item["pk"]).includes(place.here.org.org_id);
const errorText = (_key: string, value: unknown): unknown => (value instanceof Error ? `${value.name}: ${value.message}` : value);
const isThere = (item: Stored): boolean => JSON.stringify(item["pk"]).includes(place.there.org.org_id);

const texts = (value: unknown): string[] => {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
};

/** What is stored for the other tenant and nowhere else: whatever of it shows in a reply has leaked. */
const textsOnlyThere = async (): Promise<Set<string>> => {
  const items = await everything();
  const elsewhere = new Set(items.filter((item) => !isThere(item)).flatMap(texts));
  return new Set(
    items
      .filter(isThere)
      .flatMap(texts)
      // A shard of the outbox is everybody's, whoever's row happens to lie in it alone.
      .filter((text) => text.length >= 8 && !elsewhere.has(text) && !/^OUTBOX#\d$/.test(text)),
  );
};

interface Asked {
  readonly operation: Operation;
  readonly path: string;
  readonly body: unknown;
  readonly options: Options;
}

const random = randomOf(SEED);
const chance = (share: number): boolean => random() < share;

/** The example of a body with the other tenant's ids wherever an id can stand. */
const bodyOf = ({ route }: Operation): unknown => {
  if (!route.body) return undefined;
  const example = (route.example?.body ?? {}) as Record<string, unknown>;
  const fields = Object.keys((route.body as unknown as z.ZodObject).shape ?? {});
  const named = fields.filter((field) => field in foreign && chance(0.5)).map((field) => [field, foreign[field]]);
  const renamed = "name" in example && chance(0.5) ? { name: `Name ${random()}` } : {};
  return withForeignIds({ ...example, ...renamed, ...Object.fromEntries(named) });
};
const UUID = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/;
const withForeignIds = (value: unknown): unknown => {
  if (typeof value === "string") return UUID.test(value) && chance(0.5) ? pick(random, Object.values(foreign)) : value;
  if (Array.isArray(value)) return value.map(withForeignIds);
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withForeignIds(part)])) : value;
};

const queryOf = ({ route }: Operation): Record<string, string> => {
  const fields = Object.keys(route.query?.shape ?? {});
  const named = fields.filter((field) => field in foreign && chance(0.7)).map((field) => [field, foreign[field]!]);
  return {
    ...Object.fromEntries(named),
    ...(route.list && chance(0.2) && cursors.length > 0 ? { cursor: pick(random, cursors) } : {}),
    ...(route.list ? { limit: "100" } : {}),
  };
};

/** Cursors that the other tenant got for its lists. */
const cursors: string[] = [];
const collectCursors = async (): Promise<void> => {
  const { there, operations, client } = place;
  for (const operation of operations.filter(({ route }) => route.list)) {
    const reply = await client.get(pathOf(operation, there.own), { token: there.admin.token, org: there.org.org_id, query: { limit: 1 }, ip: freshIp() });
    if (reply.body?.next_cursor) cursors.push(reply.body.next_cursor);
  }
};

const draw = (operations: readonly Operation[], tokens: readonly string[]): Asked => {
  const { here } = place;
  const operation = pick(random, operations);
  const objects = Object.fromEntries(operation.names.map((name) => [name, pick(random, [foreign, foreign, here.own, here.others, MISSING])[name]!]));
  const options = {
    token: pick(random, tokens),
    org: here.org.org_id,
    key: chance(0.3) ? "the other tenant's key" : place.ids.uuid(),
    version: 1 + Math.floor(random() * 3),
    query: queryOf(operation),
    ip: freshIp(),
  };
  return { operation, path: pathOf(operation, objects), body: bodyOf(operation), options };
};

/** What a request says itself may come back in its reply. */
const leaked = (asked: Asked, reply: unknown): string[] => {
  const said = JSON.stringify([decodeURIComponent(asked.path), asked.body, asked.options]);
  const told = JSON.stringify(reply) ?? "";
  return [...canaries].filter((canary) => told.includes(canary) && !said.includes(canary));
};

// Ending the caller's own session, person or org would leave nobody to ask.
const ENDS_THE_CALLER =
  /^identity\.(eraseMe|endSession|endOtherSessions|signOut|changePassword|closeOrg|leaveOrg|removeMembership|changeMembership|revokeApiKey)$/;

describe("tenant isolation", () => {
  it(
    `shows nothing of another tenant in ${REQUESTS} requests that name what is theirs, and changes nothing there`,
    async () => {
      const { here, there, client, operations } = place;
      await collectCursors();
      expect(canaries.size).toBeGreaterThan(100);
      expect(cursors.length).toBeGreaterThan(3);
      // The other tenant has used this key for a request of its own.
      await client.post(
        "/soundcloud/clients",
        { name: "Taken by the key" },
        { token: there.admin.token, org: there.org.org_id, key: "the other tenant's key" },
      );
      const before = (await everything()).filter(isThere);
      const machine = await here.org.keyWith(["admin"]);
      const tokens = [here.admin.token, here.owner.token, here.moderator.token, here.self.person.token, machine];
      const asked = operations.filter(({ id }) => !ENDS_THE_CALLER.test(id));
      const statuses = new Map<number, number>();
      const reached = new Set<string>();
      const leaks: string[] = [];
      const named = new Set<string>();
      let left = REQUESTS;
      const ask = async (): Promise<void> => {
        while (left-- > 0) {
          const one = draw(asked, tokens);
          const said = JSON.stringify([decodeURIComponent(one.path), one.body, one.options]);
          for (const canary of canaries) if (said.includes(canary)) named.add(canary);
          const reply = await client.request(one.operation.route.method, one.path, one.body, one.options);
          statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
          if (reply.status < 300) reached.add(one.operation.id);
          const found = leaked(one, [reply.body, reply.headers]);
          if (found.length > 0)
            leaks.push(`${one.operation.route.method} ${one.path} ${JSON.stringify(one.body)} answers ${reply.status} with ${found.slice(0, 3).join(", ")}`);
          if (reply.status >= 500) leaks.push(`${one.operation.id} ${JSON.stringify(one.body)} answers ${reply.status}`);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, ask));
      expect(leaks, `Seed ${SEED}`).toEqual([]);
      // What was written on the way: log lines, messages, and everything that is stored for the caller's org.
      const written = JSON.stringify(
        [place.log.lines.map(({ message, fields }) => [message, fields]), place.sent, (await everything()).filter(isHere)],
        errorText,
      );
      expect([...canaries].filter((canary) => written.includes(canary) && !named.has(canary))).toEqual([]);
      const byKey = (items: readonly Stored[]): Map<string, Stored> => new Map(items.map((item) => [JSON.stringify([item["pk"], item["sk"]]), item]));
      expect(byKey((await everything()).filter(isThere))).toEqual(byKey(before));
      // Requests that all fail would prove nothing.
      const done = [...statuses].filter(([status]) => status < 300).reduce((sum, [, count]) => sum + count, 0);
      expect(done, JSON.stringify([...statuses])).toBeGreaterThan(REQUESTS / 10);
      expect(reached.size).toBeGreaterThan(asked.length / 4);
      figures("S2", { requests: REQUESTS, canaries: canaries.size, cursors: cursors.length, operations_reached: reached.size, leaks: 0 });
    },
    atSize({ test: 300_000, soak: 7_200_000 }),
  );

  it("finds what the other tenant's own staff see: the canaries are what replies are made of", async () => {
    const { there, client, operations } = place;
    const lists = operations.filter(({ route, platform, names }) => route.list && platform === "soundcloud" && names.length === 0);
    let seen = 0;
    for (const operation of lists) {
      const reply = await client.get(pathOf(operation, {}), { token: there.admin.token, org: there.org.org_id });
      if (leaked({ operation, path: "", body: undefined, options: {} }, reply.body).length > 0) seen += 1;
    }
    expect(seen).toBeGreaterThan(3);
  });
});
