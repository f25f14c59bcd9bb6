import * as z from "zod";
import { Month } from "./archived-month.ts";

/** Months, both included. */
export const EventFilter = z.strictObject({
  /** The first month; that in which the post appeared unless given. */
  from: Month.optional(),
  /** The last month; this one unless given. */
  to: Month.optional(),
});
export type EventFilter = z.output<typeof EventFilter>;
