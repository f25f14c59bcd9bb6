import { gunzipSync } from "node:zlib";
import type { Archive } from "../../../shared/kernel/files/archive.ts";
import { identity } from "../../../shared/identity/table.ts";
import type { Database } from "../../../shared/kernel/table/database.ts";
import { SIZES } from "../../../shared/social/archive/archive-ctx.ts";
import { archiveMonth } from "../../../shared/social/archive/archive-month.ts";
import { listEvents } from "../../../shared/social/archive/list-events.ts";
import { orderRestore } from "../../../shared/social/archive/order-restore.ts";
import { restoreMonth } from "../../../shared/social/archive/restore-month.ts";
import { EngagementEvent } from "../../../shared/social/engagement/engagement-event.ts";
import { eraseArchived } from "../../../shared/social/erasure/erase-archived.ts";
import { PersonErasure } from "../../../shared/social/erasure/person-erasure.ts";
import type { Post } from "../../../shared/social/post/post.ts";
import { social } from "../../../shared/social/table.ts";
import { type ArchiveWorld, MONTH, NOW, type startArchive, archiveWorld } from "../../workers/social/archive-world.ts";
import { testClock, testIds } from "../dynamo.ts";
import type { SocialOrg } from "../social.ts";
import { memoryStore } from "./memory-store.ts";

const DAY_MS = 86_400_000;
const PAGE = 2;
/** Several slices a post and several parts a month, of few events. */
export const SMALL = { ...SIZES, slice_events: 2, part_slices: 2 };

/** A mistake of the code under test at its ways to the outside. */
export interface ArchiveMutant {
  /** Of the jobs. */
  readonly db?: (db: Database) => Database;
  readonly archive?: (archive: Archive) => Archive;
  /** Of the readers. */
  readonly reading?: (db: Database) => Database;
}

/** The archive with its real bucket over a table in memory. */
export const simulatedArchive = async (bucket?: Awaited<ReturnType<typeof startArchive>>): Promise<ArchiveWorld> => {
  const clock = testClock(NOW);
  return archiveWorld({ host: { clock, ids: testIds(clock), db: memoryStore([identity, social]).db } }, bucket);
};

const between = (db: Database, work: () => Promise<void>): Database => ({
  ...db,
  send: async (op, pattern, input) => {
    await work();
    return db.send(op, pattern, input);
  },
});

interface Expected {
  readonly post: Post;
  /** Events by id, with who did them: what tells a changed one from what it was. */
  readonly events: Map<string, string | undefined>;
}

const eventsOf = (items: readonly EngagementEvent[]): [string, string | undefined][] => items.map(({ id, platform_username }) => [id, platform_username]);

/** What is wrong with a list of events: each has to be there once, as it is, in the order of ids. */
const faultsOf = (when: string, { post, events }: Expected, items: readonly EngagementEvent[]): string[] => {
  const found = eventsOf(items);
  const wanted = [...events].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(found) === JSON.stringify(wanted) ? [] : [`${when}: ${post.id} has ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`];
};

type ReadCtx = Parameters<typeof listEvents>[0];
const FILTER = { from: MONTH, to: MONTH };

const walked = async (ctx: ReadCtx, post_id: string): Promise<EngagementEvent[]> => {
  const items: EngagementEvent[] = [];
  let position: unknown;
  do {
    const page = await listEvents(ctx, post_id, FILTER, { limit: PAGE, ...(position === undefined ? {} : { position }) });
    items.push(...page.items);
    position = page.position;
  } while (position !== undefined);
  return items;
};

const expectedOf = async (world: ArchiveWorld, org: SocialOrg, posts: readonly Post[]): Promise<Expected[]> =>
  Promise.all(
    posts.map(async (post) => {
      const { items } = await EngagementEvent.list(org.ctx, { org_id: org.org_id, month: MONTH, post_id: post.id }, { consistent: true, limit: 1_000 });
      return { post, events: new Map(eventsOf(items)) };
    }),
  );

/** What was seen, and what was wrong with it. */
export interface Watched {
  readonly calls: number;
  readonly readings: number;
  readonly violations: string[];
}

interface Plan {
  readonly posts: number;
  readonly events: number;
  readonly mutant?: ArchiveMutant;
}

/**
 * A month is archived, gets a late event, is archived again, restored, and archived once more, while an event is changed
 * behind the first copy. Before each call that the jobs make, every post is read whole, and a reader who takes one page at a
 * time takes the next one.
 */
export const readBetweenCalls = async (world: ArchiveWorld, { posts, events, mutant = {} }: Plan): Promise<Watched> => {
  const org = await world.org();
  const made = await world.fill(org, { posts, events });
  const expected = await expectedOf(world, org, made);
  const { archive } = world.store;
  const reader: ReadCtx = { ...org.ctx, archive, db: mutant.reading?.(org.ctx.db) ?? org.ctx.db };
  const violations: string[] = [];
  let [calls, readings] = [0, 0];
  let slow: { readonly at: number; items: EngagementEvent[]; position: unknown } = { at: 0, items: [], position: undefined };
  const walkOn = async (): Promise<void> => {
    const { post, events: wanted } = expected[slow.at % expected.length]!;
    const page = await listEvents(reader, post.id, FILTER, { limit: PAGE, ...(slow.position === undefined ? {} : { position: slow.position }) });
    slow.items.push(...page.items);
    slow.position = page.position;
    if (page.position !== undefined) return;
    // What came or changed during the walk may be met or not; what was there all along is met once.
    const ids = slow.items.map(({ id }) => id);
    const missed = [...wanted.keys()].filter((id) => !ids.includes(id) && !late.has(id));
    if (missed.length > 0 || new Set(ids).size !== ids.length) violations.push(`call ${calls}: a walk missed ${missed} or met some twice, ${ids}`);
    slow = { at: slow.at + 1, items: [], position: undefined };
  };
  const late = new Set<string>();
  const lookOnce = async (): Promise<void> => {
    calls += 1;
    if (violations.length > 0) return;
    try {
      for (const one of expected) violations.push(...faultsOf(`call ${calls}`, one, await walked(reader, one.post.id)));
      readings += expected.length;
      await walkOn();
    } catch (error) {
      violations.push(`call ${calls}: ${String(error)}`);
    }
  };
  let looking = Promise.resolve();
  /** Calls that the jobs make at once are looked before one by one. */
  const look = (): Promise<void> => (looking = looking.then(lookOnce));
  let sealed = false;
  /** One event is changed as soon as its copy is sealed. */
  const changing = (db: Database): Database => ({
    ...db,
    send: async (op, pattern, input) => {
      const reply = await db.send(op, pattern, input);
      if (pattern === "archive.seal" && !sealed) {
        sealed = true;
        const { post, events: wanted } = expected[0]!;
        const [id] = wanted.keys();
        await EngagementEvent.patch(org.ctx, { org_id: org.org_id, month: MONTH, post_id: post.id, id: id! }, { platform_username: "renamed" });
        wanted.set(id!, "renamed");
      }
      return reply;
    },
  });
  const raw = mutant.archive?.(archive) ?? archive;
  const watched: Archive = {
    ...raw,
    put: async (...given) => {
      await look();
      return raw.put(...given);
    },
    get: async (...given) => {
      await look();
      return raw.get(...given);
    },
  };
  const db = between(changing(mutant.db?.(org.ctx.db) ?? org.ctx.db), look);
  const job = world.jobCtx(org, { db, archive: watched });
  const attempt = (work: () => Promise<unknown>): Promise<unknown> => work().catch((error: unknown) => violations.push(`call ${calls}: ${String(error)}`));
  await attempt(() => archiveMonth(job, { month: MONTH }, SMALL));
  const first = expected[0]!;
  const comes = world.eventOf(org, first.post, 999);
  await EngagementEvent.putMany(org.ctx, [comes]);
  late.add(comes.id);
  first.events.set(comes.id, undefined);
  world.clock.advance(30 * DAY_MS);
  await attempt(() => archiveMonth(job, { month: MONTH }, SMALL));
  await attempt(() => orderRestore({ ...org.ctx, db }, MONTH));
  await attempt(() => restoreMonth(job, { month: MONTH }, SMALL));
  world.clock.advance(31 * DAY_MS);
  await attempt(() => archiveMonth(job, { month: MONTH }, SMALL));
  await look();
  world.clock.set(NOW);
  return { calls, readings, violations };
};

const MOVES = ["archive", "restore", "archive and restore"] as const;

/** Between each two calls of a reader a whole month is archived, or restored, or both: the page has each event once all the same. */
export const moveWithinRequests = async (world: ArchiveWorld, { posts, events, mutant = {} }: Plan): Promise<Watched> => {
  const { archive } = world.store;
  const violations: string[] = [];
  let [calls, readings] = [0, 0];
  for (const moves of MOVES)
    for (let at = 1, ended = false; !ended; at++) {
      const org = await world.org();
      const made = await world.fill(org, { posts, events });
      const expected = (await expectedOf(world, org, made))[0]!;
      const job = world.jobCtx(org);
      const restore = async (): Promise<void> => {
        await orderRestore(org.ctx, MONTH);
        await restoreMonth(job, { month: MONTH }, SMALL);
      };
      if (moves === "restore") await archiveMonth(job, { month: MONTH }, SMALL);
      let made_calls = 0;
      const move = async (): Promise<void> => {
        made_calls += 1;
        calls += 1;
        if (made_calls !== at) return;
        if (moves !== "restore") await archiveMonth(job, { month: MONTH }, SMALL);
        if (moves !== "archive") await restore();
      };
      const get: Archive["get"] = async (...given) => {
        await move();
        return archive.get(...given);
      };
      const reader: ReadCtx = { ...org.ctx, archive: { ...archive, get }, db: between(mutant.reading?.(org.ctx.db) ?? org.ctx.db, move) };
      try {
        violations.push(...faultsOf(`${moves} before call ${at} of a reader`, expected, await walked(reader, expected.post.id)));
      } catch (error) {
        violations.push(`${moves} before call ${at} of a reader: ${String(error)}`);
      }
      readings += 1;
      ended = made_calls < at;
    }
  return { calls, readings, violations };
};

const WHO = { platform: "instagram", platform_user_id: "person-1" } as const;

/** A month with events of somebody, in the archive, and the order to erase them. */
const archivedWith = async (world: ArchiveWorld, { posts, events }: Plan) => {
  const org = await world.org();
  const made = await world.fill(org, { posts, events });
  const expected = await expectedOf(world, org, made);
  await archiveMonth(world.jobCtx(org), { month: MONTH }, SMALL);
  const erasure = await PersonErasure.create(org.ctx, { org_id: org.org_id, ...WHO });
  const objects = async (): Promise<number> => {
    const keys = (await world.store.keys(org.org_id)).filter((key) => key.endsWith(".gz"));
    const texts = await Promise.all(keys.map(async (key) => gunzipSync(await world.store.read(key)).toString("utf8")));
    return texts.filter((text) => text.includes(`"${WHO.platform_user_id}"`)).length;
  };
  return { org, expected, erasure, objects };
};

/** Somebody of an archived month is erased; before each call that the job makes every post is read whole. */
export const eraseBetweenReads = async (world: ArchiveWorld, plan: Plan): Promise<Watched> => {
  const { org, expected, erasure, objects } = await archivedWith(world, plan);
  const { archive } = world.store;
  const reader: ReadCtx = { ...org.ctx, archive };
  const violations: string[] = [];
  let [calls, readings] = [0, 0];
  const lookOnce = async (): Promise<void> => {
    calls += 1;
    for (const one of expected) violations.push(...faultsOf(`call ${calls}`, one, await walked(reader, one.post.id)));
    readings += expected.length;
  };
  let looking = Promise.resolve();
  const look = (): Promise<void> => (looking = looking.then(lookOnce));
  const watched: Archive = {
    ...archive,
    put: (...given) => look().then(() => archive.put(...given)),
    get: (...given) => look().then(() => archive.get(...given)),
    remove: (...given) => look().then(() => archive.remove(...given)),
  };
  const job = world.jobCtx(org, { db: between(org.ctx.db, look), archive: watched });
  if ((await eraseArchived(job, erasure, WHO)) !== "done") violations.push("The erasure is not done.");
  await look();
  const left = await objects();
  if (left > 0) violations.push(`${left} objects still tell of the person.`);
  return { calls, readings, violations };
};

/** Between each two calls of a reader somebody of the month is erased, and what was there before removed: the page has each event once. */
export const eraseWithinRequests = async (world: ArchiveWorld, plan: Plan): Promise<Watched> => {
  const { archive } = world.store;
  const violations: string[] = [];
  let [calls, readings] = [0, 0];
  for (let at = 1, ended = false; !ended; at++) {
    const { org, expected, erasure } = await archivedWith(world, plan);
    let made_calls = 0;
    const erase = async (): Promise<void> => {
      made_calls += 1;
      calls += 1;
      if (made_calls === at) await eraseArchived(world.jobCtx(org), erasure, WHO);
    };
    const get: Archive["get"] = async (...given) => {
      await erase();
      return archive.get(...given);
    };
    const reader: ReadCtx = { ...org.ctx, archive: { ...archive, get }, db: between(org.ctx.db, erase) };
    try {
      violations.push(...faultsOf(`an erasure before call ${at} of a reader`, expected[0]!, await walked(reader, expected[0]!.post.id)));
    } catch (error) {
      violations.push(`an erasure before call ${at} of a reader: ${String(error)}`);
    }
    readings += 1;
    ended = made_calls < at;
  }
  return { calls, readings, violations };
};
