import { startDynamo } from "../../infra/local/engines/dynamodb.ts";
import { identity } from "../../shared/identity/table.ts";
import type { Archive } from "../../shared/kernel/files/archive.ts";
import { archiveMonth } from "../../shared/social/archive/archive-month.ts";
import { orderRestore } from "../../shared/social/archive/order-restore.ts";
import { restoreMonth } from "../../shared/social/archive/restore-month.ts";
import { Settings } from "../../shared/social/settings/settings.ts";
import { social } from "../../shared/social/table.ts";
import { makeTable } from "../../tests/support/dynamo.ts";
import { type Floors, floors } from "../../tests/support/floors.ts";
import { type ArchiveWorld, MONTH, NOW, archiveWorld } from "../../tests/workers/social/archive-world.ts";
import { billedBytes, bucketPrices, prices } from "../cost/prices.ts";
import { hostOn } from "../host.ts";
import { type Subject, atMost, beside } from "../subject.ts";

const SPEED = { posts: 20, events: 100 };
const COST = { posts: 4, events: 100 };
const MILLION = 1e6;
const GB = 2 ** 30;
/** Functions of jobs have so much. */
const MEMORY_GB = 1;

/** Counts what goes to and from the bucket. */
const counting = (archive: Archive) => {
  const counted = { puts: 0, gets: 0, bytes: 0 };
  const port: Archive = {
    ...archive,
    put: async (key, bytes, terms) => {
      counted.puts += 1;
      counted.bytes += bytes.length;
      await archive.put(key, bytes, terms);
    },
    get: (key, range) => {
      counted.gets += 1;
      return archive.get(key, range);
    },
  };
  return { port, counted };
};

const worldOn = async (over: Parameters<typeof hostOn>[0]): Promise<ArchiveWorld> => {
  const tables = { social: await makeTable(social), identity: await makeTable(identity) };
  return archiveWorld({ host: await hostOn(over, { tables, start: NOW }) });
};

/** Seconds that work takes. */
const secondsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
};

/** Events a second, without the pace that spares the table. */
const measureSpeed = async () => {
  const world = await worldOn((db) => db);
  try {
    await world.fill(world, SPEED);
    const job = world.jobCtx();
    const events = SPEED.posts * SPEED.events;
    const archived = await secondsOf(() => archiveMonth(job, { month: MONTH }));
    await orderRestore(world.ctx, MONTH);
    const restored = await secondsOf(() => restoreMonth(job, { month: MONTH }));
    return { archived: events / archived, restored: events / restored };
  } finally {
    await world.stop();
  }
};

/** What one event takes of the table and the bucket, on its way there and back. */
const measureUse = async () => {
  let meter: Floors | undefined;
  const world = await worldOn((db) => (meter = floors(db)).db);
  try {
    const posts = await world.fill(world, COST);
    const events = COST.posts * COST.events;
    const table_bytes = (await world.stored(world, posts)).reduce((sum, item) => sum + billedBytes(item), 0) / events;
    const { archive_writes_per_second } = await Settings.get(world.ctx, { org_id: world.org_id });
    const { port, counted } = counting(world.store.archive);
    const useOf = async (work: () => Promise<unknown>) => {
      Object.assign(counted, { puts: 0, gets: 0, bytes: 0 });
      meter!.take();
      await work();
      const uses = meter!.take();
      const total = (of: "read" | "write"): number => uses.reduce((sum, use) => sum + use[of], 0) / events;
      return {
        read_units: total("read"),
        write_units: total("write"),
        puts: counted.puts / events,
        gets: counted.gets / events,
        bucket_bytes: counted.bytes / events,
      };
    };
    const job = world.jobCtx(world, { archive: port });
    const archive = await useOf(() => archiveMonth(job, { month: MONTH }));
    await orderRestore(world.ctx, MONTH);
    const restore = await useOf(() => restoreMonth(job, { month: MONTH }));
    return { archive, restore, table_bytes, archive_writes_per_second };
  } finally {
    await world.stop();
  }
};

const rounded = <T extends object>(row: T): T =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === "number" ? Number(value.toPrecision(3)) : value])) as T;

type Used = Awaited<ReturnType<typeof measureUse>>["archive"];

/** USD for a million events; the function waits most of its time, for the writes it may make a second. */
const costOf = ({ read_units, write_units, puts, gets }: Used, writes_per_second: number) => {
  const capacity = (read_units * prices.read_unit + write_units * prices.write_unit) * MILLION;
  const requests = (puts * bucketPrices.put + gets * bucketPrices.get) * MILLION;
  const functions = (MILLION / writes_per_second) * MEMORY_GB * prices.lambda_gb_second;
  return { capacity, requests, functions, total: capacity + requests + functions };
};

export const subject: Subject = {
  name: "archive",
  title: "Months of events to the archive and back",
  about: `${SPEED.posts * SPEED.events} events of ${SPEED.posts} posts, archived and restored by the real jobs on DynamoDB Local and a local bucket, without the pace that spares the table: how many a second. Units and requests of one event are counted with ${COST.posts * COST.events} events of ${COST.posts} posts; from them what a million costs to move, at the writes a second that an org begins with, and what they cost a month in the table, its index and the 100 bytes that are billed beside each entry included, and in the archive. The events are much alike, and pack better than real ones.`,
  measure: async () => {
    const dynamo = await startDynamo();
    process.env["DYNAMODB_ENDPOINT"] = dynamo.endpoint;
    try {
      const speed = await measureSpeed();
      const { archive, restore, table_bytes, archive_writes_per_second } = await measureUse();
      const month = {
        table: ((table_bytes * MILLION) / GB) * prices.storage_gb_month,
        archive: ((archive.bucket_bytes * MILLION) / GB) * bucketPrices.gb_month,
      };
      const cost = costOf(archive, archive_writes_per_second);
      const back = costOf(restore, archive_writes_per_second);
      return {
        figures: [
          beside("archive_events_per_second", speed.archived, "events/s"),
          beside("restore_events_per_second", speed.restored, "events/s"),
          atMost("archive_write_units_per_event", archive.write_units, 2.2, "WRU"),
          atMost("archive_read_units_per_event", archive.read_units, 0.5, "RRU"),
          atMost("restore_write_units_per_event", restore.write_units, 2.2, "WRU"),
          atMost("archive_usd_per_million", cost.total, 2, "USD"),
          beside("archive_bytes_share", archive.bucket_bytes / table_bytes, "of the table's bytes"),
          atMost("archive_months_until_it_pays", cost.total / (month.table - month.archive), 60, "months"),
        ],
        tables: [
          {
            title: "A million events, USD",
            rows: [
              { what: "to the archive", ...cost },
              { what: "back to the table", ...back },
              { what: "a month in the table", total: month.table },
              { what: "a month in the archive", total: month.archive },
            ].map(rounded),
          },
          {
            title: "Of one event",
            rows: [
              { what: "to the archive", ...archive },
              { what: "back to the table", ...restore },
            ],
          },
        ],
      };
    } finally {
      await dynamo.stop();
    }
  },
};
