import type { Database } from "../shared/kernel/table/database.ts";
import { identity } from "../shared/identity/table.ts";
import { soundcloud } from "../shared/soundcloud/table.ts";
import { social } from "../shared/social/table.ts";
import { makeTable, testClock, testDatabase, testIds } from "../tests/support/dynamo.ts";
import type { WorldOptions } from "../tests/support/world.ts";

type Host = NonNullable<WorldOptions["host"]>;

/** A world's time, ids and storage on the running engine, with a layer over the database; on fresh tables unless told. */
export const hostOn = async (over: (db: Database) => Database, { tables, start }: { tables?: Record<string, string>; start?: string } = {}): Promise<Host> => {
  const clock = testClock(start);
  const physical = tables ?? { soundcloud: await makeTable(soundcloud), social: await makeTable(social), identity: await makeTable(identity) };
  return { clock, ids: testIds(clock), db: over(testDatabase({ tables: physical })) };
};
