import type { OrgCtx } from "../../kernel/context.ts";
import { conflict } from "../../kernel/errors.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import { everyPage } from "../../kernel/table/every.ts";
import { type Write, contend, transact } from "../../kernel/table/table.ts";
import type { Page } from "../../kernel/table/types.ts";
import { Conversion } from "../conversion/conversion.ts";
import type { QueuedEvent } from "../engagement/arrived-event.ts";
import { EngagementEvent } from "../engagement/engagement-event.ts";
import { ParkedEvent, type ParkedState } from "../engagement/parked-event.ts";
import { Touch } from "../engagement/touch.ts";
import { social } from "../table.ts";
import type { AudienceMember } from "./audience-member.ts";
import { PersonErasure } from "./person-erasure.ts";

/** Records that one transaction clears, together with the count of them; parked messages are long, and 4 MB are a transaction's most. */
const CHUNK = 40;
const PARKED_CHUNK = 8;
/** Nothing is begun with less time than this. */
const STOP_MS = 15_000;

export const isShort = (ctx: OrgJobCtx): boolean => ctx.remaining_ms() < STOP_MS;

/** One kind of records: how those of a person are found, read as they are now, and cleared. */
interface Kind<T> {
  readonly counter: "events" | "touches" | "conversions" | "parked";
  readonly chunk: number;
  find(ctx: OrgCtx, person: AudienceMember, page: { readonly position?: unknown; readonly limit: number }): Promise<Page<T>>;
  /** Those of the found ones that are still the person's. */
  read(ctx: OrgCtx, found: readonly T[], person: AudienceMember): Promise<T[]>;
  clear(ctx: OrgCtx, record: T, person: AudienceMember): Write[];
}

const kind = <T>(given: Kind<T>): Kind<T> => given;

/** An event keeps its id, post, kind and time: what was counted still adds up. Everything that a network tells of the person goes. */
const events = kind<EngagementEvent>({
  counter: "events",
  chunk: CHUNK,
  find: (ctx, person, page) => EngagementEvent.query.byPerson(ctx, { org_id: ctx.org_id, ...person }, page),
  read: async (ctx, found, { platform_user_id }) =>
    (await EngagementEvent.getMany(ctx, found, { consistent: true })).filter((event) => event.platform_user_id === platform_user_id),
  clear: (ctx, event) =>
    EngagementEvent.writes.patch(ctx, event, {
      platform_user_id: null,
      platform_username: null,
      user_follower_count: null,
      event_metadata: null,
      country_code: null,
      age_range: null,
      gender: null,
    }),
});

/** A touch is nothing but the person's: it is removed. The view that it was stays counted. */
const touches = kind<Touch>({
  counter: "touches",
  chunk: CHUNK,
  find: (ctx, person, page) => Touch.list(ctx, { org_id: ctx.org_id, ...person }, { ...page, consistent: true }),
  read: (ctx, found) => Touch.getMany(ctx, found, { consistent: true }),
  clear: (ctx, touch) => Touch.writes.delete(ctx, touch),
});

/** A conversion keeps its value and what its posts earned by it. */
const conversions = kind<Conversion>({
  counter: "conversions",
  chunk: CHUNK,
  find: (ctx, person, page) => Conversion.query.byPerson(ctx, { org_id: ctx.org_id, ...person }, page),
  read: async (ctx, found, { platform_user_id }) =>
    (await Conversion.getMany(ctx, found, { consistent: true })).filter((conversion) => conversion.platform_user_id === platform_user_id),
  clear: (ctx, conversion) => Conversion.writes.patch(ctx, conversion, { platform_user_id: null, person_erased: true }),
});

const isOf = (parked: ParkedEvent, { platform, platform_user_id }: AudienceMember) => {
  const elsewhere = parked.platform !== undefined && parked.platform !== platform;
  return (event: QueuedEvent): boolean => !elsewhere && event.platform_user_id === platform_user_id;
};

/** What waits for its post, or was given up, was counted nowhere: the person's part of it is taken out. Those on no post of any network are taken for the person's, whichever network it was. */
const parkedIn = (state: ParkedState): Kind<ParkedEvent> =>
  kind<ParkedEvent>({
    counter: "parked",
    chunk: PARKED_CHUNK,
    find: (ctx, _, page) => ParkedEvent.query.byState(ctx, { org_id: ctx.org_id, state }, page),
    read: async (ctx, found, person) =>
      (await ParkedEvent.getMany(ctx, found, { consistent: true })).filter((parked) => eventsIn(parked).some(isOf(parked, person))),
    clear: (ctx, parked, person) => {
      const rest = eventsIn(parked).filter((event) => !isOf(parked, person)(event));
      if (rest.length === 0) return ParkedEvent.writes.delete(ctx, parked);
      return ParkedEvent.writes.patch(ctx, parked, { events: JSON.stringify(rest), count: rest.length });
    },
  });
const eventsIn = ({ events: text }: ParkedEvent): QueuedEvent[] => JSON.parse(text) as QueuedEvent[];

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
 * Takes a person out of events, touches, conversions and what is parked, in small transactions, each of which counts what
 * it cleared: it can be stopped anywhere and started again. False when time ran out before all was done.
 */
export const eraseRecords = async (ctx: OrgJobCtx, erasure: PersonErasure, person: AudienceMember): Promise<boolean> => {
  const clear = <T>(of: Kind<T>): Promise<boolean> => clearAll(ctx, of, erasure, person);
  // What is parked comes first: it may still become events.
  return (
    (await clear(parkedIn("waiting"))) && (await clear(parkedIn("given_up"))) && (await clear(events)) && (await clear(touches)) && (await clear(conversions))
  );
};
