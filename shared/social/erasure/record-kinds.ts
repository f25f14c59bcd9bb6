import type { OrgCtx } from "../../kernel/context.ts";
import type { Write } from "../../kernel/table/table.ts";
import type { Page } from "../../kernel/table/types.ts";
import { Conversion } from "../conversion/conversion.ts";
import type { QueuedEvent } from "../engagement/arrived-event.ts";
import { EngagementEvent } from "../engagement/engagement-event.ts";
import { FORGOTTEN } from "../engagement/forgotten.ts";
import { ParkedEvent, type ParkedState } from "../engagement/parked-event.ts";
import { Touch } from "../engagement/touch.ts";
import { FlaggedPerson, flaggedIdOf } from "../trend/flagged-person.ts";
import { Speaker } from "../trend/speaker.ts";
import type { AudienceMember } from "./audience-member.ts";
import type { PersonErasure } from "./person-erasure.ts";

/** Records that one transaction clears, together with the count of them; parked messages are long, and 4 MB are a transaction's most. */
const CHUNK = 40;
const PARKED_CHUNK = 8;

type Counter = keyof Pick<PersonErasure, "events" | "touches" | "conversions" | "parked" | "speakers" | "flags">;

/** One kind of records: how those of a person are found, read as they are now, and cleared. */
export interface Kind<T> {
  readonly counter: Counter;
  readonly chunk: number;
  find(ctx: OrgCtx, person: AudienceMember, page: { readonly position?: unknown; readonly limit: number }): Promise<Page<T>>;
  /** Those of the found ones that are still the person's. */
  read(ctx: OrgCtx, found: readonly T[], person: AudienceMember): Promise<T[]>;
  clear(ctx: OrgCtx, record: T, person: AudienceMember): Write[];
}

const kind = <T>(given: Kind<T>): Kind<T> => given;

/** An event keeps its id, post, kind and time: what was counted still adds up. Everything that a network tells of the person goes. */
export const events = kind<EngagementEvent>({
  counter: "events",
  chunk: CHUNK,
  find: (ctx, person, page) => EngagementEvent.query.byPerson(ctx, { org_id: ctx.org_id, ...person }, page),
  read: async (ctx, found, { platform_user_id }) =>
    (await EngagementEvent.getMany(ctx, found, { consistent: true })).filter((event) => event.platform_user_id === platform_user_id),
  clear: (ctx, event) => EngagementEvent.writes.patch(ctx, event, FORGOTTEN),
});

/** A touch is nothing but the person's: it is removed. The view that it was stays counted. */
export const touches = kind<Touch>({
  counter: "touches",
  chunk: CHUNK,
  find: (ctx, person, page) => Touch.list(ctx, { org_id: ctx.org_id, ...person }, { ...page, consistent: true }),
  read: (ctx, found) => Touch.getMany(ctx, found, { consistent: true }),
  clear: (ctx, touch) => Touch.writes.delete(ctx, touch),
});

/** A conversion keeps its value and what its posts earned by it. */
export const conversions = kind<Conversion>({
  counter: "conversions",
  chunk: CHUNK,
  find: (ctx, person, page) => Conversion.query.byPerson(ctx, { org_id: ctx.org_id, ...person }, page),
  read: async (ctx, found, { platform_user_id }) =>
    (await Conversion.getMany(ctx, found, { consistent: true })).filter((conversion) => conversion.platform_user_id === platform_user_id),
  clear: (ctx, conversion) => Conversion.writes.patch(ctx, conversion, { platform_user_id: null, person_erased: true }),
});

export const isOf = (parked: ParkedEvent, { platform, platform_user_id }: AudienceMember) => {
  const elsewhere = parked.platform !== undefined && parked.platform !== platform;
  return (event: QueuedEvent): boolean => !elsewhere && event.platform_user_id === platform_user_id;
};

/** What waits for its post, or was given up, was counted nowhere: the person's part of it is taken out. Those on no post of any network are taken for the person's, whichever network it was. */
export const parkedIn = (state: ParkedState): Kind<ParkedEvent> =>
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
export const eventsIn = ({ events: text }: ParkedEvent): QueuedEvent[] => JSON.parse(text) as QueuedEvent[];

const oneOf = <T>(found: T | undefined): Page<T> => ({ items: found === undefined ? [] : [found] });

/** What says whose the mentions are that were counted under a number. Counts, hours and mentions stay, and are nobody's. */
export const speakers = kind<Speaker>({
  counter: "speakers",
  chunk: CHUNK,
  find: async (ctx, person) => oneOf(await Speaker.find(ctx, { org_id: ctx.org_id, ...person }, { consistent: true })),
  read: (ctx, found) => Speaker.getMany(ctx, found, { consistent: true }),
  clear: (ctx, speaker) => Speaker.writes.delete(ctx, speaker),
});

/** A flag holds by the digest of the person, or a bot would come back by being forgotten; whom it is about is forgotten. */
export const flags = kind<FlaggedPerson>({
  counter: "flags",
  chunk: CHUNK,
  find: async (ctx, person) => oneOf(await FlaggedPerson.find(ctx, { org_id: ctx.org_id, id: flaggedIdOf(person) }, { consistent: true })),
  read: async (ctx, found) => (await FlaggedPerson.getMany(ctx, found, { consistent: true })).filter((flag) => flag.platform_user_id !== undefined),
  clear: (ctx, flag) => FlaggedPerson.writes.patch(ctx, flag, { platform_user_id: null }),
});
