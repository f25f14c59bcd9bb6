import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { date, id } from "../../../shared/kernel/fields.ts";
import { backfill } from "../../../shared/kernel/table/backfill.ts";
import type { Database } from "../../../shared/kernel/table/database.ts";
import { entity } from "../../../shared/kernel/table/entity.ts";
import { table } from "../../../shared/kernel/table/table.ts";
import { PostDay } from "../../../shared/social/engagement/post-day.ts";
import { social } from "../../../shared/social/table.ts";
import { type SocialWorld, socialWorld } from "../../support/social.ts";

const count = z.int().default(0);
/** A post's days as the code of a later time knows them: with the sum of engagements, by which an index lists them. */
const LaterDay = entity(table("social", social.gsis), "PostDay", {
  fields: () => ({
    org_id: id,
    post_id: id,
    day: date,
    shard: z.int(),
    likes: count,
    comments: count,
    shares: count,
    saves: count,
    views: count,
    engagements: z.int().min(0),
  }),
  key: ["{org_id}#H#{post_id}", "{day}#{shard}"],
  indexes: { byDay: { on: "gsi1", pk: "{org_id}#HD#{day}", sk: "{post_id}#{shard}" } },
  upgrades: [(old) => ({ ...old, engagements: old["likes"] + old["comments"] + old["shares"] })],
});

const DAYS = 130;
let world: SocialWorld;
beforeAll(async () => {
  world = await socialWorld();
}, 60_000);

const noted = (): { readonly slept: number[]; sleep(ms: number): Promise<void> } => {
  const slept: number[] = [];
  return { slept, sleep: async (ms) => void slept.push(ms) };
};
const always = (): boolean => true;

/** A post with so many days in the shape of today. */
const filled = async (days = DAYS) => {
  const { ctx, org_id } = await world.org();
  const post_id = world.ids.uuid();
  const dayOf = (n: number): string => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10);
  const made = await PostDay.putMany(
    ctx,
    Array.from({ length: days }, (_, n) => ({ org_id, post_id, day: dayOf(n), likes: n, comments: 1, shares: 2 })),
  );
  return { ctx, at: { org_id, post_id }, made };
};
type Place = Awaited<ReturnType<typeof filled>>;

const stored = async ({ ctx, at }: Place): Promise<Record<string, any>[]> => {
  const input = { TableName: world.physical.social, KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: { ":pk": `${at.org_id}#H#${at.post_id}` } };
  return (await ctx.db.send("Query", "tests.stored", { ...input, ConsistentRead: true })).Items;
};

describe("a backfill", () => {
  it("stores what is old in today's shape, with its index, within the budget; nobody sees a new version; a second run finds nothing", async () => {
    const place = await filled();
    const { slept, sleep } = noted();
    const plan = { at: place.at, per_second: 50, hasTime: always, sleep };
    expect(await backfill(place.ctx, LaterDay, plan)).toEqual({ read: DAYS, rewritten: DAYS, overtaken: 0, failed: 0 });
    // 100 on the first page and 30 on the second, at 50 a second; the clock of the test stands still.
    expect(slept).toEqual([1000, 1000, 600]);
    const rows = await stored(place);
    expect(rows.map(({ _v, engagements }) => [_v, engagements])).toEqual(place.made.map(({ likes }) => [1, likes + 3]));
    expect(rows.map(({ version, created_at, updated_at }) => [version, created_at, updated_at])).toEqual(
      place.made.map(({ version, created_at, updated_at }) => [version, created_at, updated_at]),
    );
    const { items } = await LaterDay.query.byDay(place.ctx, { org_id: place.at.org_id, day: "2026-01-08" });
    expect(items).toMatchObject([{ likes: 7, engagements: 10 }]);
    expect(await backfill(place.ctx, LaterDay, plan)).toEqual({ read: DAYS, rewritten: 0, overtaken: 0, failed: 0 });
  });

  it("stops when time is short and goes on where it stopped, in the middle of a page too", async () => {
    const place = await filled();
    const { sleep } = noted();
    let position: unknown;
    let [runs, rewritten] = [0, 0];
    do {
      let batches = 0;
      const hasTime = (): boolean => (batches += 1) <= 2;
      const done = await backfill(place.ctx, LaterDay, { at: place.at, per_second: 20, hasTime, sleep, ...(position === undefined ? {} : { position }) });
      position = JSON.parse(JSON.stringify(done.position ?? null)) ?? undefined;
      rewritten += done.rewritten;
      runs += 1;
    } while (position !== undefined);
    expect(runs).toBeGreaterThan(3);
    expect(rewritten).toBe(DAYS);
    expect((await stored(place)).every(({ _v }) => _v === 1)).toBe(true);
  });

  it("leaves what others change meanwhile to them, and an item that cannot be upgraded as it is, beside its neighbours", async () => {
    const place = await filled(3);
    const { ctx, made } = place;
    const { db } = ctx;
    await db.send("Update", "tests.spoil", {
      TableName: world.physical.social,
      Key: { pk: `${place.at.org_id}#H#${place.at.post_id}`, sk: `${made[1]!.day}#0` },
      UpdateExpression: "SET likes = :likes",
      ExpressionAttributeValues: { ":likes": "many" },
    });
    let changed = false;
    const racing: Database = {
      ...db,
      send: async (op, pattern, input) => {
        if (pattern === "PostDay.backfill" && input.Item.day === made[0]!.day && !changed) {
          changed = true;
          await LaterDay.patch(ctx, made[0]!, { likes: 100, engagements: 103 });
        }
        return db.send(op, pattern, input);
      },
    };
    const { sleep } = noted();
    const done = await backfill({ ...ctx, db: racing }, LaterDay, { at: place.at, per_second: 50, hasTime: always, sleep });
    expect(done).toEqual({ read: 3, rewritten: 1, overtaken: 1, failed: 1 });
    expect((await stored(place)).map(({ likes, _v, version }) => [likes, _v, version])).toEqual([
      [100, 1, 2],
      ["many", undefined, 1],
      [2, 1, 1],
    ]);
    expect(world.log.lines.at(-1)).toMatchObject({ level: "error", message: "an item cannot be brought to today's shape", fields: { entity: "PostDay" } });
  });

  it("goes through an index as well", async () => {
    const place = await filled(2);
    const { sleep } = noted();
    const plan = { at: { org_id: place.at.org_id, day: "2026-01-01" }, per_second: 50, hasTime: always, sleep };
    // What no index lists yet is found through its own partition only.
    expect(await backfill(place.ctx, LaterDay, { ...plan, index: "byDay" })).toMatchObject({ read: 0 });
    await backfill(place.ctx, LaterDay, { ...plan, at: place.at });
    expect(await backfill(place.ctx, LaterDay, { ...plan, index: "byDay" })).toEqual({ read: 1, rewritten: 0, overtaken: 0, failed: 0 });
    await expect(backfill(place.ctx, LaterDay, { ...plan, index: "byNothing" })).rejects.toThrow("no index byNothing");
  });
});
