import { beforeAll, describe, expect, it } from "vitest";
import type { ApiClient, Options } from "../../../support/api-client.ts";
import { type HttpPlace, ORG_A, ORG_B, PUBLIC_ORG, Song, httpPlace } from "./place.ts";

let place: HttpPlace;
let cursor: string;
const DAY_MS = 24 * 3600 * 1000;
const SONGS = 23;
beforeAll(async () => {
  place = await httpPlace();
  for (const org_id of [ORG_A, ORG_B, PUBLIC_ORG])
    for (let n = 0; n < SONGS; n++) await Song.create(place.ctx, { org_id, title: `Song ${n}`, genre: n % 2 ? "techno" : "house" });
  cursor = (await list({ limit: 5 })).body.next_cursor;
});

const list = (query: NonNullable<Options["query"]>, client: ApiClient = place.as("editor"), path = "/hall/songs") => client.get(path, { query });

/** Follows a list to its end; `between` runs after each page. */
const walk = async (
  limit: number,
  query: NonNullable<Options["query"]> = {},
  between: () => Promise<unknown> = async () => undefined,
): Promise<{ ids: string[]; pages: number }> => {
  const ids: string[] = [];
  let [pages, next] = [0, undefined as string | undefined];
  do {
    const { status, body } = await list({ ...query, limit, ...(next ? { cursor: next } : {}) });
    if (status !== 200) throw new Error(JSON.stringify(body));
    ids.push(...body.items.map((song: { id: string }) => song.id));
    next = body.next_cursor ?? undefined;
    pages += 1;
    await between();
  } while (next);
  return { ids, pages };
};

describe("a list", () => {
  it("has 25 items unless told, and null where it ends", async () => {
    const { body } = await list({});
    expect([body.items.length, body.next_cursor]).toEqual([SONGS, null]);
  });

  it.each([1, 2, 5, 22, 23, 24, 100])("walked by %i has every item once, in order", async (limit) => {
    const { ids } = await walk(limit);
    expect(ids).toEqual((await place.songsOf()).map(({ id }) => id));
    expect(ids).toHaveLength(SONGS);
  });

  it("a filter goes through all of its pages, and the limit may change on the way", async () => {
    const first = await list({ genre: "techno", limit: 3 });
    const second = await list({ genre: "techno", limit: 100, cursor: first.body.next_cursor });
    expect([...first.body.items, ...second.body.items]).toHaveLength(11);
  });

  it("walked while others add items misses and doubles none that was there throughout", async () => {
    const before = (await place.songsOf()).map(({ id }) => id);
    let added = 0;
    const add = () =>
      Promise.all(
        [1, 2].map(() => {
          const n = added++;
          // Ids on both sides of where the walk stands.
          return Song.create(place.ctx, {
            org_id: ORG_A,
            title: "Between",
            id: `${n % 2 ? "00000000" : "ffffffff"}-7c00-7000-8000-${String(n).padStart(12, "0")}`,
          });
        }),
      );
    const { ids } = await walk(3, {}, async () => (added < 60 ? add() : undefined));
    expect(added).toBeGreaterThan(10);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(before).isSubsetOf(new Set(ids))).toBe(true);
  });
});

describe("a cursor", () => {
  const refused = async (given: string, options: { client?: ApiClient; path?: string; query?: NonNullable<Options["query"]> } = {}) => {
    const { status, problem } = await list({ ...options.query, cursor: given }, options.client, options.path);
    return `${status} ${problem?.code}`;
  };

  it("goes on where it came from", async () => {
    expect((await list({ cursor })).body.items[0].title).toBe("Song 5");
  });

  it("says nothing of what it holds", () => {
    const clear = Buffer.from(cursor, "base64url").toString("latin1");
    expect(clear).not.toContain(ORG_A);
    expect(clear).not.toContain("SONGS");
  });

  it("with any bit flipped is refused", async () => {
    const bytes = Buffer.from(cursor, "base64url");
    const found = new Set<string>();
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      found.add(await refused(flipped.toString("base64url")));
    }
    expect([...found]).toEqual(["400 bad_cursor"]);
  });

  it("cut anywhere, or made longer, is refused", async () => {
    const bytes = Buffer.from(cursor, "base64url");
    const found = new Set<string>();
    for (let length = 0; length < cursor.length; length++) found.add(await refused(cursor.slice(0, length)));
    for (let length = 0; length < bytes.length; length++) found.add(await refused(bytes.subarray(0, length).toString("base64url")));
    for (const more of ["A", "=", " ", "\n", cursor]) found.add(await refused(cursor + more));
    expect([...found]).toEqual(["400 bad_cursor"]);
  });

  it.each(["", "x", "null", "0", "AQ", "💥", "a".repeat(8000), Buffer.from('{"t":1e12,"p":[["x"]]}').toString("base64url"), "__proto__"])(
    "%j is refused",
    async (given) => {
      expect(await refused(given)).toBe("400 bad_cursor");
    },
  );

  it("is worth nothing with another tenant, actor, reach, route or filter", async () => {
    const elsewhere = {
      tenant: await refused(cursor, { client: place.as("editor_b") }),
      actor: await refused(cursor, { client: place.as("both") }),
      "API key": await refused(cursor, { client: place.as("machine") }),
      reach: await refused(cursor, { client: place.as("writer") }),
      route: await refused(cursor, { path: "/hall/others" }),
      filter: await refused(cursor, { query: { genre: "house" } }),
      "another filter": await refused((await list({ genre: "techno", limit: 1 })).body.next_cursor, { query: { genre: "house" } }),
      "the public": await refused(cursor, { client: place.client, path: "/hall/chart" }),
    };
    expect(new Set(Object.values(elsewhere))).toEqual(new Set(["400 bad_cursor"]));
  });

  it("of an API key works for that key", async () => {
    const first = await list({ limit: 5 }, place.as("machine"));
    expect((await list({ cursor: first.body.next_cursor }, place.as("machine", { org: "" }))).status).toBe(200);
  });

  it("of a public list works from any address, and for that list only", async () => {
    const first = await place.client.get("/hall/chart", { query: { limit: 2 }, ip: "192.0.2.1" });
    const second = await place.client.get("/hall/chart", { query: { limit: 2, cursor: first.body.next_cursor }, ip: "198.51.100.7" });
    expect([second.status, second.body.items.length]).toEqual([200, 2]);
    expect(await refused(first.body.next_cursor)).toBe("400 bad_cursor");
  });

  it("lives for a day", async () => {
    const fresh = (await list({ limit: 5 })).body.next_cursor;
    place.clock.advance(DAY_MS);
    expect((await list({ cursor: fresh })).status).toBe(200);
    place.clock.advance(1000);
    expect(await refused(fresh)).toBe("400 bad_cursor");
  });

  it("is not opened while something else is wrong", async () => {
    const { problem } = await list({ cursor: "x", limit: 0 });
    expect(problem.errors.map(({ pointer }) => pointer)).toEqual(["/query/limit"]);
  });
});
