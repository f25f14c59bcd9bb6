import { beforeAll, describe, expect, it } from "vitest";
import type { Options } from "../support/api-client.ts";
import { randomOf } from "../support/faults/random.ts";
import { atSize, figures } from "../support/figures.ts";
import { type Parameter, documentedOperations } from "../support/fuzz/document.ts";
import { uuidOf } from "../support/matrix/sample.ts";
import { type Operation, loadApis, operationsOf, pathOf } from "../support/matrix/operations.ts";
import { type MatrixWorld, freshIp, matrixWorld } from "../support/matrix/world.ts";

const WALKS = atSize({ test: 8, soak: 1000 });
/** Every so many bits of a cursor one is flipped. */
const EVERY_BITS = atSize({ test: 7, soak: 1 });
const LISTS = atSize({ test: 4, soak: 1000 });
const TIMEOUT_MS = atSize({ test: 60_000, soak: 3_600_000 });
const DAY_MS = 24 * 3_600_000;

/** Lists that have no second page here, since fewer than two items stand in the world where it asks. */
const ONE_PAGE = new Set(
  [
    ["social.listAnalytics", "social.listInsights", "social.listEvents", "social.listParked", "social.listImportRows", "social.listPosts"],
    ["social.listReconciliations", "social.readWorklist", "soundcloud.campaignMetrics", "soundcloud.campaignDeltas"],
    ["soundcloud.submissionMetrics", "soundcloud.submissionDeltas", "soundcloud.listCampaigns", "soundcloud.listCampaignProposals"],
    ["soundcloud.campaignHistory", "soundcloud.listComplaints", "soundcloud.complaintHistory", "soundcloud.listMemberConnections"],
    ["soundcloud.listImportRows", "soundcloud.listInquiries", "soundcloud.inquiryHistory", "soundcloud.listAutomationLogs"],
    ["soundcloud.listMailEvents", "soundcloud.listFollowerCounts", "soundcloud.listFollowerFlags", "soundcloud.listNotifications"],
    ["soundcloud.listEmptySlots", "soundcloud.listAssignments", "soundcloud.listDifferences", "soundcloud.submissionHistory"],
  ].flat(),
);
/** Lists that are asked with a filter only, which a cursor of theirs is bound to. */
const FILTER_FIRST = new Set([
  "social.listDailyMetrics",
  "social.listTrends",
  "social.listTrendEvaluations",
  "soundcloud.listConnections",
  "soundcloud.listSchedules",
  "soundcloud.listPlannerEvents",
  "soundcloud.readWorklist",
]);
/** Filters that only two together are one. */
const TOGETHER: Readonly<Record<string, Query>> = {
  "social.listConversions platform": { platform_user_id: "1" },
  "social.listConversions platform_user_id": { platform: "instagram" },
};
/** A value of any filter that has one of its own kind. */
const valueOf = ({ schema }: Parameter): string =>
  String(
    schema["const"] ??
      schema["enum"]?.[0] ??
      { uuid: place.here.own["member_id"], date: "2026-11-20", email: "a@example.com", "date-time": "2026-11-20T09:00:00.000Z" }[String(schema["format"])] ??
      "1",
  );

let place: MatrixWorld;
/** Those that need no filter: others say first that it is missing. */
let open: readonly Operation[];
beforeAll(async () => {
  place = await matrixWorld();
  const asked = await Promise.all(lists.map(async (operation) => ({ operation, status: (await list(operation, { limit: 1 })).status })));
  open = asked.filter(({ status }) => status === 200).map(({ operation }) => operation);
});

type Query = NonNullable<Options["query"]>;
const lists = operationsOf(await loadApis()).filter(({ route }) => route.list);
const tokenOf = ({ route }: Operation): string => (route.policy.kind === "org_owner" ? place.here.owner.token : place.here.admin.token);
const list = (operation: Operation, query: Query, more: Options = {}, objects = place.here.own) =>
  place.client.get(pathOf(operation, objects), { token: tokenOf(operation), org: place.here.org.org_id, query, ip: freshIp(), ...more });

/** The lists that go on after one item, each with the cursor that says so. */
const cursors = async (): Promise<{ operation: Operation; cursor: string }[]> => {
  const found = await Promise.all(lists.map(async (operation) => ({ operation, cursor: (await list(operation, { limit: 1 })).body?.next_cursor as string })));
  return found.filter(({ cursor }) => typeof cursor === "string");
};

/** What each list can be narrowed by. */
const filtersOf = ({ id }: Operation): readonly Parameter[] =>
  documentedOperations()
    .find((one) => one.id === id)!
    .parameters.filter((one) => one.in === "query" && one.name !== "limit" && one.name !== "cursor");

const tried = { cursors: 0, accepted: [] as string[] };
const refuses = async (
  name: string,
  operation: Operation,
  cursor: string | Query,
  ...more: Parameters<typeof list> extends [any, any, ...infer R] ? R : never
): Promise<void> => {
  const { status, problem } = await list(operation, typeof cursor === "string" ? { cursor } : cursor, ...more);
  tried.cursors += 1;
  if (status !== 400 || problem.code !== "bad_cursor") tried.accepted.push(`${operation.id}, ${name}: ${status} ${problem?.code}`);
};

describe("a cursor", () => {
  it(
    "with any bit flipped, or cut anywhere, is refused",
    async () => {
      for (const { operation, cursor } of (await cursors()).slice(0, LISTS)) {
        const bytes = Buffer.from(cursor, "base64url");
        for (let bit = 0; bit < bytes.length * 8; bit += EVERY_BITS) {
          const flipped = Buffer.from(bytes);
          flipped[bit >> 3]! ^= 1 << (bit & 7);
          await refuses(`bit ${bit} flipped`, operation, flipped.toString("base64url"));
        }
        for (let length = 0; length < cursor.length; length += EVERY_BITS) await refuses(`cut to ${length}`, operation, cursor.slice(0, length));
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
      const reached = new Set(all.map(({ operation }) => operation.id));
      expect(lists.filter(({ id }) => !reached.has(id) && !ONE_PAGE.has(id) && !FILTER_FIRST.has(id)).map(({ id }) => id)).toEqual([]);
      expect([...ONE_PAGE, ...FILTER_FIRST].filter((id) => reached.has(id))).toEqual([]);
      for (const { operation, cursor } of all) {
        for (const other of open.filter((one) => one !== operation).slice(0, LISTS)) await refuses(`that of ${operation.id}`, other, cursor);
        if (operation.route.policy.kind === "roles" && "admin" in operation.route.policy.grants)
          await refuses("another org's", operation, cursor, { token: there.admin.token, org: there.org.org_id }, there.own);
        if (operation.route.policy.kind === "any_member") await refuses("another person's", operation, cursor, { token: here.owner.token });
      }
      let filtered = 0;
      for (const { operation, cursor } of all)
        for (const filter of filtersOf(operation)) {
          await refuses(`that without ${filter.name}`, operation, { cursor, [filter.name]: valueOf(filter), ...TOGETHER[`${operation.id} ${filter.name}`] });
          filtered += 1;
        }
      expect(filtered).toBeGreaterThanOrEqual(15);
      expect(tried.accepted).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it("is refused when a day is over", async () => {
    const all = await cursors();
    place.clock.advance(DAY_MS);
    expect((await list(all[0]!.operation, { cursor: all[0]!.cursor })).status).toBe(200);
    place.clock.advance(1000);
    for (const { operation, cursor } of all) await refuses("a day old", operation, cursor);
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
