import * as z from "zod";
import { type DomainError, unprocessable } from "../../kernel/errors.ts";
import { timeZone } from "../settings/settings.ts";

const DAY_MS = 86_400_000;

const Time = z.strictObject({
  scheduled_at: z.iso.datetime({ offset: true }).optional(),
  local_time: z.iso
    .datetime({ local: true })
    .refine((time) => !/z$/i.test(time), "a local time has no offset")
    .optional(),
  time_zone: timeZone.optional(),
});
type Time = z.output<typeof Time>;

const hasOwnZone = ({ local_time, time_zone }: Time): boolean => local_time !== undefined || time_zone === undefined;
const zoneMisplaced = { path: ["time_zone"], message: "belongs to local_time; scheduled_at has its offset" };

/** When a post is to appear: a time with its offset, or a local time in a zone. README, Planning. */
export const PlannedTime = Time.refine(
  ({ scheduled_at, local_time }) => (scheduled_at === undefined) !== (local_time === undefined),
  "give either scheduled_at or local_time",
).refine(hasOwnZone, zoneMisplaced);
export type PlannedTime = z.output<typeof PlannedTime>;

/** The same where the time may be left open. */
export const PossibleTime = Time.refine(
  ({ scheduled_at, local_time }) => scheduled_at === undefined || local_time === undefined,
  "give scheduled_at or local_time, not both",
).refine(hasOwnZone, zoneMisplaced);
export type PossibleTime = z.output<typeof PossibleTime>;

/** Milliseconds by which a zone's clocks are ahead of UTC at an instant. */
const offsetAt = (instant: number, zone: string): number => {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((one) => one.type === type)!.value);
  const shown = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return shown - Math.floor(instant / 1000) * 1000;
};

const withOffset = (instant: number, zone: string): string => {
  const offset = offsetAt(instant, zone);
  const minutes = Math.abs(offset) / 60_000;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  return `${new Date(instant + offset).toISOString().slice(0, 19)}${offset < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
};

const at = (code: string, detail: string): DomainError => unprocessable(code, detail, [{ pointer: "/local_time", code, detail }]);

/**
 * Pure: the instant of a local time, in milliseconds since 1970. Throws DomainError `local_time_nonexistent` for one that
 * the clocks skip and `local_time_ambiguous`, naming both instants, for one that they show twice.
 */
export const instantOf = (local_time: string, zone: string): number => {
  const shown = Date.parse(`${local_time}Z`);
  const offsets = new Set([offsetAt(shown - DAY_MS, zone), offsetAt(shown + DAY_MS, zone)]);
  const [first, second] = [...offsets]
    .map((offset) => shown - offset)
    .filter((instant) => instant + offsetAt(instant, zone) === shown)
    .toSorted((a, b) => a - b);
  if (first === undefined)
    throw at(
      "local_time_nonexistent",
      `The clocks of ${zone} are put forward and never show ${local_time}. Give another time, or scheduled_at with an offset.`,
    );
  if (second !== undefined)
    throw at(
      "local_time_ambiguous",
      `The clocks of ${zone} show ${local_time} twice. Give one of them as scheduled_at: ${withOffset(first, zone)} or ${withOffset(second, zone)}.`,
    );
  return first;
};

/** The planned instant in UTC, and the zone in which it was planned. Throws as `instantOf`. */
export const plannedAt = (
  { scheduled_at, local_time, time_zone }: PlannedTime,
  zone: string,
): { readonly scheduled_at: string; readonly time_zone: string } => {
  const named = time_zone ?? zone;
  const instant = scheduled_at === undefined ? instantOf(local_time!, named) : Date.parse(scheduled_at);
  return { scheduled_at: new Date(instant).toISOString(), time_zone: named };
};
