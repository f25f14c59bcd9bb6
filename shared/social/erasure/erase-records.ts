import type { OrgCtx } from "../../kernel/context.ts";
import { conflict } from "../../kernel/errors.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import { everyPage } from "../../kernel/table/every.ts";
import { type Write, contend, transact } from "../../kernel/table/table.ts";
import { social } from "../table.ts";
import type { AudienceMember } from "./audience-member.ts";
import { PersonErasure } from "./person-erasure.ts";
import { type Kind, conversions, events, flags, parkedIn, speakers, touches } from "./record-kinds.ts";

/** Nothing is begun with less time than this. */
const STOP_MS = 15_000;

export const isShort = (ctx: OrgJobCtx): boolean => ctx.remaining_ms() < STOP_MS;

/** Whatever happened to a record meanwhile, it is looked at again: it may have expired, or gone to the archive. */
const unlessChanged = (write: Write): Write => ({
  ...write,
  fails: () => conflict("concurrent_change", `The ${write.entity} was changed by another; it is read again.`),
});

const clearSome = <T>(ctx: OrgCtx, { counter, read, clear }: Kind<T>, found: readonly T[], erasure: PersonErasure, person: AudienceMember): Promise<number> =>
  contend(async () => {
    const records = await read(ctx, found, person);
    if (records.length === 0) return 0;
    const cleared = records.flatMap((record) => clear(ctx, record, person)).map(unlessChanged);
    const counted = PersonErasure.writes.increment(ctx, erasure, { [counter]: records.length });
    await transact(ctx, social, [...cleared, ...counted], { pattern: "erasures.clear" });
    return records.length;
  });

/** Goes through what is found until a whole pass finds nothing any more. False when time ran out before. */
const clearAll = async <T>(ctx: OrgJobCtx, of: Kind<T>, erasure: PersonErasure, person: AudienceMember): Promise<boolean> => {
  for (;;) {
    let cleared = 0;
    for await (const found of everyPage((page) => of.find(ctx, person, { ...page, limit: of.chunk }))) {
      if (found.length === 0) continue;
      if (isShort(ctx)) return false;
      cleared += await clearSome(ctx, of, found, erasure, person);
    }
    if (cleared === 0) return true;
  }
};

/**
 * Takes a person out of the table: events, touches, conversions, what is parked, flags and mentions, in small transactions, each of which counts what
 * it cleared: it can be stopped anywhere and started again. False when time ran out before all was done.
 */
export const eraseRecords = async (ctx: OrgJobCtx, erasure: PersonErasure, person: AudienceMember): Promise<boolean> => {
  const clear = <T>(of: Kind<T>): Promise<boolean> => clearAll(ctx, of, erasure, person);
  // What is parked comes first: it may still become events.
  return (
    (await clear(parkedIn("waiting"))) &&
    (await clear(parkedIn("given_up"))) &&
    (await clear(events)) &&
    (await clear(touches)) &&
    (await clear(conversions)) &&
    (await clear(flags)) &&
    (await clear(speakers))
  );
};
