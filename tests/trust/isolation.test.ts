import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as z from "zod";
import type { Options } from "../support/api-client.ts";
import { pick, randomOf } from "../support/faults/random.ts";
import { atSize, figures } from "../support/figures.ts";
import { type Operation, pathOf } from "../support/matrix/operations.ts";
import { MISSING, type MatrixWorld, type Objects, freshIp, matrixWorld } from "../support/matrix/world.ts";
import { type Outlets, type Written, outwardJobs, startOutlets, storedItems } from "../support/outlets.ts";
import { orderOutward } from "../support/outward-orders.ts";
import { type Stored, isOf, textsOnlyOf } from "../support/tenant-texts.ts";

const SEED = 20261120;
const REQUESTS = atSize({ test: 1_000, soak: 100_000 });
const AT_ONCE = 8;

let outlets: Outlets;
let place: MatrixWorld;
let work: () => Promise<string[]>;
/** The texts of the org that must not show. */
let canaries: ReadonlySet<string>;
let foreign: Objects;
beforeAll(async () => {
  outlets = await startOutlets();
  const { ports, queued } = outlets;
  place = await matrixWorld({ ports, queued });
  work = outwardJobs(place, outlets);
  foreign = place.there.own;
  canaries = textsOnlyOf(place.there, await everything());
});
afterAll(() => outlets.stop());

type Staffed = MatrixWorld["here"];

const everything = (): Promise<Stored[]> => storedItems(Object.values(place.physical));
const isHere = (item: Stored): boolean => isOf(place.here)(item);
const isThere = (item: Stored): boolean => isOf(place.there)(item);
const errorText = (_key: string, value: unknown): unknown => (value instanceof Error ? `${value.name}: ${value.message}` : value);

/** Whose it is that something left the tables: it names its org, or goes to the org's webhook or to an address below it. */
const sentBy = (staff: Staffed, { org_id, where }: Written): boolean => (org_id ?? where).includes(staff.org.org_id) || where === webhookOf(staff);
const webhookOf = ({ org }: Staffed): string => `/services/T0AAA/B0BBB/${org.org_id.replaceAll("-", "")}`;
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

const KINDS = ["object", "mail", "slack", "message"] as const satisfies readonly Written["kind"][];
const COUNTED: Readonly<Record<Written["kind"], string>> = { object: "objects", mail: "mails", slack: "slack_messages", message: "queue_messages" };
/** Where which of these texts stand in what was written. */
const findsIn = (written: readonly Written[], looked: ReadonlySet<string>): string[] =>
  written.flatMap(({ kind, where, text }) => [...looked].filter((one) => text.includes(one)).map((one) => `${kind} ${where} holds ${one}`));
const counted = (written: readonly Written[]): Record<string, number> =>
  Object.fromEntries(KINDS.map((kind) => [COUNTED[kind], written.filter((one) => one.kind === kind).length]));

describe("what leaves the tables", () => {
  it("of each tenant holds nothing of the other: files, mails, posts to Slack, messages on queues, and what is stored on the way", async () => {
    const { here, there } = place;
    const sides = [here, there];
    const begun = await everything();
    const known = sides.map((staff) => textsOnlyOf(staff, begun));
    for (const staff of sides)
      await orderOutward(place, staff, { words: `canary outward ${staff.org.org_id}`, webhook: `https://hooks.slack.com${webhookOf(staff)}` });
    // What the orders themselves have stored is looked for as well.
    const ordered = await everything();
    const ownTexts = sides.map((staff, at) => new Set([...known[at]!, ...textsOnlyOf(staff, ordered)]));
    expect(await work()).toEqual([]);
    const written = await outlets.written();
    expect(written.filter((one) => sides.every((staff) => !sentBy(staff, one))).map(({ kind, where }) => `${kind} ${where}`)).toEqual([]);
    for (const [at, staff] of sides.entries()) {
      const theirs = written.filter((one) => sentBy(staff, one));
      expect(findsIn(theirs, ownTexts[1 - at]!)).toEqual([]);
      const stored = JSON.stringify((await everything()).filter(isOf(staff)));
      expect([...ownTexts[1 - at]!].filter((text) => stored.includes(text))).toEqual([]);
      // There is something of every kind, and it is made of what is looked for.
      for (const kind of KINDS)
        expect(
          findsIn(
            theirs.filter((one) => one.kind === kind),
            ownTexts[at]!,
          ).length,
          `${kind}s of ${staff.org.org_id}`,
        ).toBeGreaterThan(0);
    }
  }, 120_000);
});

describe("tenant isolation", () => {
  it(
    `shows nothing of another tenant in ${REQUESTS} requests that name what is theirs, and changes nothing there`,
    async () => {
      const { here, there, client, operations } = place;
      canaries = textsOnlyOf(there, await everything());
      const begun = { lines: place.log.lines.length, written: counted(await outlets.written()) };
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
      let to_ask = REQUESTS;
      const ask = async (): Promise<void> => {
        while (to_ask-- > 0) {
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
      // A template that was made unreadable on the way may fail a mail; what became of it is stored and logged.
      await work();
      // What was written on the way: log lines, what is stored for the caller's org, and what has left the tables.
      const unnamed = new Set([...canaries].filter((canary) => !named.has(canary)));
      const stored = JSON.stringify(
        [place.log.lines.slice(begun.lines).map(({ message, fields }) => [message, fields]), (await everything()).filter(isHere)],
        errorText,
      );
      expect([...unnamed].filter((canary) => stored.includes(canary))).toEqual([]);
      const written = await outlets.written();
      const ofOthers = written.filter((one) => !sentBy(there, one));
      expect(findsIn(ofOthers, unnamed)).toEqual([]);
      for (const [kind, count] of Object.entries(counted(written))) expect(count, `No ${kind} were written on the way.`).toBeGreaterThan(begun.written[kind]!);
      const byKey = (items: readonly Stored[]): Map<string, Stored> => new Map(items.map((item) => [JSON.stringify([item["pk"], item["sk"]]), item]));
      expect(byKey((await everything()).filter(isThere))).toEqual(byKey(before));
      // Requests that all fail would prove nothing.
      const done = [...statuses].filter(([status]) => status < 300).reduce((sum, [, count]) => sum + count, 0);
      expect(done, JSON.stringify([...statuses])).toBeGreaterThan(REQUESTS / 10);
      expect(reached.size).toBeGreaterThan(asked.length / 4);
      const looked_at = { ...counted(written), log_lines: place.log.lines.length - begun.lines };
      figures("S2", {
        requests: REQUESTS,
        canaries: canaries.size,
        cursors: cursors.length,
        operations_reached: reached.size,
        ...looked_at,
        leaks: leaks.length,
      });
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
