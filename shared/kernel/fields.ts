import * as z from "zod";
import { fromCents, toCents } from "./money.ts";

declare const filled: unique symbol;
/** Marks, for types only, a field that the layer fills on creation: no client gives it. */
export interface Filled {
  readonly [filled]: true;
}

/** Stand in for values that the table layer fills on creation; they never reach storage. */
export const FILLED_ID = "filled from ctx.ids";
export const FILLED_NOW = "filled from ctx.clock";

/** The id of another item. */
export const id = z.uuid();
/** The item's own id: filled from `ctx.ids.uuid()` when it is created without one. */
export const newId = z.uuid().default(FILLED_ID) as z.ZodDefault<z.ZodUUID> & Filled;
/** RFC 3339 in UTC, as `Date.toISOString` writes it. */
export const timestamp = z.iso.datetime();
/** The time of creation: filled from `ctx.clock` unless given. */
export const nowField = z.iso.datetime().default(FILLED_NOW) as z.ZodDefault<z.ZodISODateTime> & Filled;
/** `YYYY-MM-DD`, a day of the calendar. */
export const date = z.iso.date();
/** Stored in lower case, so that one address is one value. */
export const email = z.email().max(254).toLowerCase();
/** An address that a browser may be sent to. */
export const webAddress = z.url({ protocol: /^https?$/ }).max(2000);
/** A decimal amount of US dollars, zero or more, at most two decimals; stored with exactly two: "250.00". */
export const moneyUsd = z
  .string()
  .regex(/^\d{1,10}(\.\d{1,2})?$/, { error: "is an amount such as 250.00: digits, and at most two decimals after a point", abort: true })
  .overwrite((amount) => fromCents(toCents(amount)));

/** A table holds 32 levels, and what a client says has its place in an item. */
const MOST_LEVELS = 16;

const isWithin = (value: unknown, levels: number): boolean =>
  typeof value !== "object" || value === null || (levels > 0 && Object.values(value).every((child) => isWithin(child, levels - 1)));

/** An object of any JSON. What no table keeps of it is refused where JSON is read, see json/well-formed.ts. */
export const metadata = z.record(z.string().max(100), z.json()).refine((given) => isWithin(given, MOST_LEVELS), `at most ${MOST_LEVELS} levels`);
