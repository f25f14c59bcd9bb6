import { beforeAll, describe, expect, it } from "vitest";
import { partiesApi } from "../../functions/soundcloud/parties.api.ts";
import type { Reply } from "../support/api-client.ts";
import { atSize, figures } from "../support/figures.ts";
import { type SoundcloudWorld, soundcloudWorld } from "../support/soundcloud.ts";

const WRITERS = atSize({ test: 8, soak: 50 });
const ITEMS = atSize({ test: 5, soak: 200 });
const ROUNDS = 3;

let world: SoundcloudWorld;
beforeAll(async () => {
  world = await soundcloudWorld({ apis: [partiesApi] });
});

const at = (id: string): string => `/soundcloud/clients/${id}`;
const read = (id: string): Promise<Reply> => world.moderator.api.get(at(id));
const write = (id: string, notes: string, tag: string | undefined): Promise<Reply> =>
  world.moderator.api.patch(at(id), { notes }, tag === undefined ? {} : { headers: { "if-match": tag } });

/** Everybody reads the item, adds a name to its notes and writes it back, all at once; the names of those who were told that they did. */
const round = async (id: string, number: number): Promise<{ winners: string[]; replies: Reply[] }> => {
  const names = Array.from({ length: WRITERS }, (_, n) => `${number}.${n}`);
  const replies = await Promise.all(
    names.map(async (name) => {
      const { body, headers } = await read(id);
      return write(id, [body.notes, name].filter(Boolean).join(" "), headers["etag"]);
    }),
  );
  return { winners: names.filter((_, n) => replies[n]!.status === 200), replies };
};

describe("optimistic locking", () => {
  it(
    `${WRITERS} writers on each of ${ITEMS} items lose no update`,
    async () => {
      const counted: Record<string, number> = {};
      let [lost, writes] = [0, 0];
      for (let n = 0; n < ITEMS; n++) {
        const { id } = await world.clientOf(`Client ${n}`);
        const winners: string[] = [];
        for (let number = 0; number < ROUNDS; number++) {
          const played = await round(id, number);
          winners.push(...played.winners);
          for (const { status } of played.replies) counted[status] = (counted[status] ?? 0) + 1;
        }
        const stored = ((await read(id)).body.notes as string).split(" ");
        lost += winners.filter((name) => !stored.includes(name)).length;
        writes += winners.length;
        expect(stored.toSorted()).toEqual(winners.toSorted());
      }
      expect(Object.keys(counted).toSorted()).toEqual(["200", "412"]);
      expect(writes).toBeGreaterThanOrEqual(ITEMS * ROUNDS);
      figures("R10", { writers: WRITERS, items: ITEMS, writes, "stale writes refused": counted["412"]!, "lost updates": lost });
    },
    atSize({ test: 60_000, soak: 3_600_000 }),
  );

  it("without If-Match it is 428, with one that is old 412, and neither changes anything", async () => {
    const { id } = await world.clientOf("Untouched");
    await write(id, "first", '"1"');
    const before = await read(id);
    expect((await write(id, "none", undefined)).problem).toMatchObject({ status: 428, code: "if_match_required" });
    expect((await write(id, "old", '"1"')).problem).toMatchObject({ status: 412, code: "stale", current_version: 2 });
    expect((await read(id)).body).toEqual(before.body);
  });
});
