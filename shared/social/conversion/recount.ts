import * as z from "zod";
import { id, timestamp } from "../../kernel/fields.ts";

/** How far a recount is: it adds up the posts in the order of their ids, so many at a time, and reads all conversions for these. */
export const Recount = z.strictObject({
  /** When the first conversion was read for these posts. */
  begun_at: timestamp,
  /** Posts up to this one are done. */
  after: id.optional(),
  /** The last of these posts, as far as is known: there are more than are added up at a time. */
  until: id.optional(),
  /** Where the next page of conversions begins. */
  position: z.json().optional(),
  /** What the pages before it added up to. */
  checkpoint: id.optional(),
});
export type Recount = z.output<typeof Recount>;
