import { beforeAll, describe, expect, it } from "vitest";
import type { Options } from "../support/api-client.ts";
import { randomOf } from "../support/faults/random.ts";
import { atSize, figures } from "../support/figures.ts";
import { type Parameter, documentedOperations } from "../support/fuzz/document.ts";
import { uuidOf } from "../support/matrix/sample.ts";
import { type Operation, loadApis, operationsOf, pathOf } from "../support/matrix/operations.ts";
import { partitionsRead, storeMore } from "../support/matrix/second-pages.ts";
import { type MatrixWorld, freshIp, loadedEntities, matrixWorld } from "../support/matrix/world.ts";

const WALKS = atSize({ test: 8, soak: 1000 });
/** Every so many bits of a cursor one is flipped. */
const EVERY_BITS = atSize({ test: 7, soak: 1 });
const LISTS = atSize({ test: 4, soak: 1000 });
const TIMEOUT_MS = atSize({ test: 60_000, soak: 3_600_000 });
const DAY_MS = 24 * 3_600_000;

/** Filters that only two together are one. */
const TOGETHER: Readonly<Record<string, Query>> = {
  "social.listConversions platform": { platform_user_id: "1" },
  "social.listConversions platform_user_id": { platform: "instagram" },
};
/** What a filter may take, other than what it is when unasked; which of it this filter does take, the API says. */
const valuesOf = ({ name, schema }: Parameter): string[] => {
  const { own, others } = place.here;
  const formed: Readonly<Record<string, readonly unknown[]>> = {
    uuid: [own[name], others[name], own["member_id"]],
    date: ["2026-11-20"],
    email: ["a@example.com"],
    "date-time": ["2026-11-20T09:00:00.000Z"],
  };
  const values = [schema["const"], ...(schema["enum"] ?? []), ...(formed[schema["format"] as string] ?? ["1", "2026-11"])];
  return values.filter((value) => value !== undefined && value !== schema["default"]).map(String);
};

type Query = NonNullable<Options["query"]>;
/** A list, and a query that it answers with more than one page here. */
interface Listed {
  readonly operation: Operation;
  readonly query: Query;
}

const reading = partitionsRead();
const lists = operationsOf(await loadApis()).filter(({ route }) => route.list);
const entities = [...(await loadedEntities()).values()];
let place: MatrixWorld;
let listed: readonly Listed[];
/** Tokens of others who reach as far as those whom lists are asked by. */
let second: Readonly<Record<"admin" | "owner", string>>;

const askerOf = ({ route }: Operation): "admin" | "owner" => (route.policy.kind === "org_owner" ? "owner" : "admin");
const tokenOf = (operation: Operation): string => place.here[askerOf(operation)].token;
const list = (operation: Operation, query: Query, more: Options = {}, objects = place.here.own) =>
  place.client.get(pathOf(operation, objects), { token: tokenOf(operation), org: place.here.org.org_id, query, ip: freshIp(), ...more });

/** What each list can be narrowed by. */
const filtersOf = ({ id }: Operation): readonly Parameter[] =>
  documentedOperations()
    .find((one) => one.id === id)!
    .parameters.filter((one) => one.in === "query" && one.name !== "limit" && one.name !== "cursor");

/** The list as it is, and narrowed by each of its filters alone. */
const queriesOf = (operation: Operation): Query[] => [
  {},
  ...filtersOf(operation).flatMap((filter) => valuesOf(filter).map((value) => ({ [filter.name]: value }))),
];

/** The first query that has a second page, once more was stored where it looks. */
const withSecondPage = async (operation: Operation): Promise<Listed | undefined> => {
  const { org } = place.here;
  for (const query of queriesOf(operation)) {
    const hasMore = async (): Promise<boolean> => typeof (await list(operation, { ...query, limit: 1 })).body?.next_cursor === "string";
    reading.take();
    if (await hasMore()) return { operation, query };
    for (const read of reading.take()) if (read.key.includes(org.org_id)) await storeMore(entities, read, org.ctx);
    if (await hasMore()) return { operation, query };
  }
  return undefined;
};

beforeAll(async () => {
  place = await matrixWorld({ wrap: reading.wrap });
  const { make, here } = place;
  const { campaign_id, submission_id } = here.own;
  await make("AttributionTracking", here.org, 1, { parent_type: "campaign", parent_id: campaign_id, baseline_date: "2026-11-01" });
  await make("AttributionTracking", here.org, 1, { parent_type: "submission", parent_id: submission_id, baseline_date: "2026-11-01" });
  const found: Listed[] = [];
  for (const operation of lists) {
    const one = await withSecondPage(operation);
    if (one) found.push(one);
  }
  listed = found;
  const { there } = place;
  const [admin, owner] = [
    await here.org.person("second-admin@example.com", ["admin"]),
    await here.org.person("second-owner@example.com", [], { org_role: "owner" }),
  ];
  second = { admin: admin.token, owner: owner.token };
  for (const person of [here.admin, here.owner]) {
    const { org_role, roles } = person.ctx.actor as { org_role: string; roles: object };
    await make("Membership", there.org, 1, { user_id: person.user_id, org_role, roles });
  }
});

const cursorOf = async ({ operation, query }: Listed): Promise<string | null> => (await list(operation, { ...query, limit: 1 })).body.next_cursor;

/** Where each list's second page begins. */
const cursors = async (): Promise<(Listed & { cursor: string })[]> => {
  const all = await Promise.all(listed.map(async (one) => ({ ...one, cursor: await cursorOf(one) })));
  expect(all.filter(({ cursor }) => typeof cursor !== "string").map(({ operation }) => operation.id)).toEqual([]);
  return all as (Listed & { cursor: string })[];
};

const tried = { cursors: 0, accepted: [] as string[] };
const refuses = async (name: string, { operation, query }: Listed, cursor: string, more?: Options, objects = place.here.own): Promise<void> => {
  const { status, problem } = await list(operation, { ...query, cursor }, more, objects);
  tried.cursors += 1;
  if (status !== 400 || problem.code !== "bad_cursor") tried.accepted.push(`${operation.id}, ${name}: ${status} ${problem?.code}`);
};

/** The same list narrowed otherwise by this filter, in a way that it takes. */
const otherwise = async ({ operation, query }: Listed, filter: Parameter): Promise<Query | undefined> => {
  for (const value of valuesOf(filter).filter((one) => one !== query[filter.name])) {
    const alone = { [filter.name]: value, ...TOGETHER[`${operation.id} ${filter.name}`] };
    for (const narrowed of [{ ...query, ...alone }, alone]) if ((await list(operation, { ...narrowed, limit: 1 })).status === 200) return narrowed;
  }
  return undefined;
};

describe("a cursor", () => {
  it(
    "with any bit flipped, or cut anywhere, is refused",
    async () => {
      for (const { cursor, ...one } of (await cursors()).slice(0, LISTS)) {
        const bytes = Buffer.from(cursor, "base64url");
        for (let bit = 0; bit < bytes.length * 8; bit += EVERY_BITS) {
          const flipped = Buffer.from(bytes);
          flipped[bit >> 3]! ^= 1 << (bit & 7);
          await refuses(`bit ${bit} flipped`, one, flipped.toString("base64url"));
        }
        for (let length = 0; length < cursor.length; length += EVERY_BITS) await refuses(`cut to ${length}`, one, cursor.slice(0, length));
      }
      expect(tried.accepted).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    "is worth nothing on another list, with another filter, to another person or in another org",
    async () => {
      const { here, there } = place;
      const all = await cursors();
      expect(lists.filter((operation) => !listed.some((one) => one.operation === operation)).map(({ id }) => id)).toEqual([]);
      for (const { cursor, ...one } of all) {
        const { operation } = one;
        for (const other of listed.filter(({ operation: another }) => another !== operation).slice(0, LISTS))
          await refuses(`that of ${operation.id}`, other, cursor);
        const asker = askerOf(operation);
        await refuses("another person's", one, cursor, { token: second[asker] });
        if (operation.route.policy.kind !== "signed_in") {
          const org = there.org.org_id;
          await refuses("another org's person's", one, cursor, { token: there[asker].token, org }, there.own);
          await refuses("the same person's in another org", one, cursor, { org }, there.own);
        }
        if (pathOf(operation, here.own) !== pathOf(operation, here.others)) await refuses("another object's", one, cursor, {}, here.others);
      }
      const unasked: string[] = [];
      let filtered = 0;
      for (const { cursor, ...one } of all)
        for (const filter of filtersOf(one.operation)) {
          const query = await otherwise(one, filter);
          if (!query) {
            unasked.push(`${one.operation.id} ${filter.name}`);
            continue;
          }
          await refuses(`narrowed otherwise by ${filter.name}`, { ...one, query }, cursor);
          const back = await cursorOf({ ...one, query });
          if (back !== null) await refuses(`as it was before ${filter.name}`, one, back);
          filtered += 1;
        }
      expect(unasked).toEqual([]);
      expect(tried.accepted).toEqual([]);
      figures("S15", { filters: filtered });
    },
    TIMEOUT_MS,
  );

  it("is refused when a day is over", async () => {
    const all = await cursors();
    place.clock.advance(DAY_MS);
    expect((await list(all[0]!.operation, { ...all[0]!.query, cursor: all[0]!.cursor })).status).toBe(200);
    place.clock.advance(1000);
    for (const { cursor, ...one } of all) await refuses("a day old", one, cursor);
    expect(tried.accepted).toEqual([]);
    figures("S15", { lists: all.length, "altered, foreign and old cursors": tried.cursors, accepted: tried.accepted.length });
  });
});

describe("a walk", () => {
  const THERE = 10;
  /** More than a walk of this many items can ever have. */
  const MOST_PAGES = 40;

  /** One list that is walked by three while items are put in before, behind and between; what it missed or had twice. */
  const walk = async (number: number): Promise<string[]> => {
    const { here, make } = place;
    const operation = lists.find(({ id }) => id === "soundcloud.listTargetProposals")!;
    const random = randomOf(number);
    const { id: submission_id } = await here.org.submission({ client_id: here.own["client_id"]! });
    let added = 0;
    const add = async (): Promise<string> => {
      const id = uuidOf(`walk ${number} ${added} ${random()}`).replace(/^[\da-f]{8}/, () =>
        Math.floor(random() * 2 ** 32)
          .toString(16)
          .padStart(8, "0"),
      );
      added += 1;
      await make("TargetProposal", here.org, added, { id, parent_type: "submission", parent_id: submission_id, expires_at: "2099-01-01T00:00:00.000Z" });
      return id;
    };
    const before = await Promise.all(Array.from({ length: THERE }, add));
    const seen: string[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const [reply] = await Promise.all([
        list(operation, { limit: 3, ...(cursor ? { cursor } : {}) }, {}, { ...here.own, submission_id }),
        ...(page < 6 ? [add(), add()] : []),
      ]);
      seen.push(...reply.body.items.map(({ id }: { id: string }) => id));
      cursor = reply.body.next_cursor ?? undefined;
      if (cursor === undefined) break;
    }
    const missed = before.filter((id) => !seen.includes(id)).map((id) => `${id} missed`);
    const doubled = seen.filter((id, at) => seen.indexOf(id) !== at).map((id) => `${id} doubled`);
    return [...missed, ...doubled, ...(cursor === undefined ? [] : ["without an end"])];
  };

  it(
    `misses and doubles nothing in ${WALKS} runs while others add items`,
    async () => {
      const faults: string[] = [];
      for (let number = 0; number < WALKS; number++) faults.push(...(await walk(number)).map((fault) => `${number}: ${fault}`));
      expect(faults).toEqual([]);
      figures("S15", { walks: WALKS, "items missed or doubled": faults.length });
    },
    TIMEOUT_MS,
  );
});
