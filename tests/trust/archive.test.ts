import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Archive } from "../../shared/kernel/files/archive.ts";
import type { Database } from "../../shared/kernel/table/database.ts";
import { ArchivePart } from "../../shared/social/archive/archive-part.ts";
import { ArchiveSlice } from "../../shared/social/archive/archive-slice.ts";
import { archiveMonth } from "../../shared/social/archive/archive-month.ts";
import { ArchivedMonth } from "../../shared/social/archive/archived-month.ts";
import { linesOf, sha256 } from "../../shared/social/archive/document.ts";
import { orderRestore } from "../../shared/social/archive/order-restore.ts";
import { restoreMonth } from "../../shared/social/archive/restore-month.ts";
import { EngagementEvent } from "../../shared/social/engagement/engagement-event.ts";
import { PostMonth } from "../../shared/social/engagement/post-month.ts";
import type { Post } from "../../shared/social/post/post.ts";
import { type CrashGate, type CrashJob, crashPoints } from "../support/faults/crash.ts";
import { atSize, figures } from "../support/figures.ts";
import type { SocialOrg } from "../support/social.ts";
import {
  SMALL,
  eraseBetweenReads,
  eraseWithinRequests,
  moveWithinRequests,
  readBetweenCalls,
  simulatedArchive,
} from "../support/simulation/simulated-archive.ts";
import { type ArchiveWorld, MONTH, archiveWorld, flipped, startArchive } from "../workers/social/archive-world.ts";

const TIMEOUT_MS = atSize({ test: 180_000, soak: 3_600_000 });
const SIZE = atSize({ test: { posts: 2, events: 3 }, soak: { posts: 8, events: 12 } });
let world: ArchiveWorld;
beforeAll(async () => {
  world = await simulatedArchive();
}, 60_000);
afterAll(() => world.stop());

describe("whoever reads a month's events finds each of them once", () => {
  it(
    "before each call of the jobs that archive it, archive it again, restore it and archive it once more",
    async () => {
      const { calls, readings, violations } = await readBetweenCalls(world, SIZE);
      expect(violations).toEqual([]);
      expect(calls).toBeGreaterThan(100);
      figures("R7", { "calls of the jobs with a reader before each": calls, readings });
    },
    TIMEOUT_MS,
  );
  it(
    "while between two calls of the reader the month is archived, restored, or both",
    async () => {
      const { calls, readings, violations } = await moveWithinRequests(world, { posts: 1, events: SIZE.events });
      expect(violations).toEqual([]);
      expect(calls).toBeGreaterThan(20);
      figures("R7", { "requests with a month moved within": readings });
    },
    TIMEOUT_MS,
  );
});

describe("whoever reads while somebody of an archived month is erased finds each event once", () => {
  it(
    "before each call of the erasure, after which no object tells of the person",
    async () => {
      const { calls, readings, violations } = await eraseBetweenReads(world, SIZE);
      expect(violations).toEqual([]);
      expect(calls).toBeGreaterThan(10);
      figures("R7", { "calls of an erasure with a reader before each": calls, "readings beside an erasure": readings });
    },
    TIMEOUT_MS,
  );
  it(
    "while between two calls of the reader the person is erased and the old objects are removed",
    async () => {
      const { calls, readings, violations } = await eraseWithinRequests(world, { posts: 1, events: SIZE.events });
      expect(violations).toEqual([]);
      expect(calls).toBeGreaterThan(10);
      figures("R7", { "requests with an erasure within": readings });
    },
    TIMEOUT_MS,
  );
});

interface Started {
  readonly world: ArchiveWorld;
  readonly org: SocialOrg;
  readonly posts: readonly Post[];
  readonly before: readonly Record<string, unknown>[];
}

const checksumOf = (items: readonly Record<string, unknown>[]): string => sha256(linesOf(items.map((item) => EngagementEvent.load(item))));
const listedBy = async ({ world: place, org, posts }: Started): Promise<EngagementEvent[]> =>
  (await Promise.all(posts.map((post) => place.listed(org, post, { limit: 100, from: MONTH, to: MONTH })))).flat();

describe("stopped before and after each of its outside calls and gone on with", () => {
  const POINTS = atSize({ test: 8, soak: Infinity });
  const PAIRS = atSize({ test: 2, soak: 60 });
  let bucket: Awaited<ReturnType<typeof startArchive>>;
  beforeAll(async () => {
    bucket = await startArchive();
  }, 60_000);
  afterAll(() => bucket.stop());

  const started = async (place: ArchiveWorld): Promise<Started> => {
    const org = await place.org();
    const posts = await place.fill(org, { posts: 2, events: 3 });
    return { world: place, org, posts, before: await place.stored(org, posts) };
  };
  const job = (
    start: (place: ArchiveWorld) => Promise<Started>,
    run: (begun: Started) => Promise<unknown>,
    state: (begun: Started) => Promise<unknown>,
  ): CrashJob<unknown> => {
    let made: Promise<ArchiveWorld> | undefined;
    return {
      world: async (gate: CrashGate) => start(await (made ??= archiveWorld({ gate }, bucket))),
      run: (begun) => run(begun as Started),
      state: (begun) => state(begun as Started),
    };
  };

  it(
    "the archive ends with every event in it and none in the table, with the checksum that they had there",
    async () => {
      const { calls, points, pairs } = await crashPoints({
        ...job(
          started,
          ({ world: place, org }) => archiveMonth(place.jobCtx(org), { month: MONTH }, SMALL),
          async (begun) => {
            const { status, copies } = await begun.world.monthOf(begun.org);
            const listed = await listedBy(begun);
            expect(checksumOf(listed)).toBe(checksumOf(begun.before));
            expect([status, copies.map(({ events }) => events), await begun.world.stored(begun.org, begun.posts)]).toEqual(["archived", [6], []]);
            return { status, events: listed.length };
          },
        ),
        most: POINTS,
        pairs: PAIRS,
      });
      figures("R7", { "archive: calls": calls, "archive: points": points, "archive: pairs": pairs });
    },
    TIMEOUT_MS,
  );
  it(
    "the restoring ends with every item in the table as it was",
    async () => {
      const { calls, points, pairs } = await crashPoints({
        ...job(
          async (place) => {
            const begun = await started(place);
            await archiveMonth(place.jobCtx(begun.org), { month: MONTH }, SMALL);
            await orderRestore(begun.org.ctx, MONTH);
            return begun;
          },
          ({ world: place, org }) => restoreMonth(place.jobCtx(org), { month: MONTH }, SMALL),
          async (begun) => {
            expect(await begun.world.stored(begun.org, begun.posts)).toEqual(begun.before);
            return { status: (await begun.world.monthOf(begun.org)).status, events: (await listedBy(begun)).length };
          },
        ),
        most: POINTS,
        pairs: PAIRS,
      });
      figures("R7", { "restoring: calls": calls, "restoring: points": points, "restoring: pairs": pairs });
    },
    TIMEOUT_MS,
  );
});

describe("an object that is damaged", () => {
  const DAMAGES: Readonly<Record<string, (bytes: Buffer) => Uint8Array>> = {
    "has another bit": flipped,
    "is cut off": (bytes) => bytes.subarray(0, bytes.length >> 1),
    "is empty": () => Buffer.alloc(0),
    "is another file": () => Buffer.from("{}\n"),
    "has its content twice": (bytes) => Buffer.concat([bytes, bytes]),
  };
  const begin = async (): Promise<Started> => {
    const org = await world.org();
    const posts = await world.fill(org, { posts: 3, events: 3 });
    return { world, org, posts, before: await world.stored(org, posts) };
  };
  /** Lets a call through and does something after the first put of a manifest, when everything is written and nothing is read back. */
  const afterSeal = (archive: Archive, work: () => Promise<void>): Archive => ({
    ...archive,
    put: async (key, bytes, terms) => {
      await archive.put(key, bytes, terms);
      if (key.endsWith("/1/manifest.json")) await work();
    },
  });

  it.each(Object.entries(DAMAGES))("and %s is found before anything is deleted, whichever object it is; the next delivery copies anew", async (_, damage) => {
    let found = 0;
    for (let at = 0, objects = 1; at < objects; at++) {
      const begun = await begin();
      const { org, posts, before } = begun;
      const archive = afterSeal(world.store.archive, async () => {
        const keys = await world.store.keys(org.org_id);
        objects = keys.length;
        await world.store.damage(keys[at]!, damage);
      });
      await expect(archiveMonth(world.jobCtx(org, { archive }), { month: MONTH }, SMALL)).rejects.toMatchObject({ code: "archive_copy_spoiled" });
      expect(await world.stored(org, posts)).toEqual(before);
      expect(await world.monthOf(org)).toMatchObject({ status: "copying", copies: [], failure: expect.stringContaining(`${MONTH}/1/`) });
      expect(await archiveMonth(world.jobCtx(org, { archive }), { month: MONTH }, SMALL)).toBe(9);
      expect(await world.monthOf(org)).not.toHaveProperty("failure");
      expect(checksumOf(await listedBy(begun))).toBe(checksumOf(before));
      found += 1;
    }
    expect(found).toBeGreaterThan(3);
    figures("R7", { "damaged objects found": found });
  });

  it("after it was verified stops the deletion at its part; what it holds stays, and is found", async () => {
    const begun = await begin();
    const { org, posts, before } = begun;
    const db: Database = {
      ...org.ctx.db,
      send: async (op, pattern, input) => {
        const reply = await org.ctx.db.send(op, pattern, input);
        if (pattern === "archive.startDeleting") await world.store.damage((await world.store.keys(org.org_id))[0]!, flipped);
        return reply;
      },
    };
    await expect(archiveMonth(world.jobCtx(org, { db }), { month: MONTH }, SMALL)).rejects.toMatchObject({ code: "archive_unreadable" });
    expect(await world.stored(org, posts)).toEqual(before);
    await world.store.damage((await world.store.keys(org.org_id))[0]!, flipped);
    expect(await archiveMonth(world.jobCtx(org), { month: MONTH }, SMALL)).toBe(9);
    expect(checksumOf(await listedBy(begun))).toBe(checksumOf(before));
  });
});

describe("nothing but the archive deletes an event", () => {
  it("events, their months and what the archive knows of them have no time to live", async () => {
    for (const { name, definition } of [EngagementEvent, PostMonth, ArchivedMonth, ArchivePart, ArchiveSlice])
      expect([name, definition.ttl]).toEqual([name, undefined]);
    const org = await world.org();
    const posts = await world.fill(org);
    for (const item of await world.stored(org, posts)) expect(item).not.toHaveProperty("ttl");
  });
});
