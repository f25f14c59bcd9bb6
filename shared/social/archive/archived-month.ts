import * as z from "zod";
import { id, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";

/** `YYYY-MM`, of `event_timestamp` in UTC. */
export const Month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, "is a month, for example 2025-01");
const count = z.int().min(0);

export const ArchiveStatus = z.enum(["copying", "verified", "deleting", "archived", "rewriting", "restoring", "restored"]);
export type ArchiveStatus = z.output<typeof ArchiveStatus>;

/** An archived month is copied again when late events have come, and rewritten when somebody in it is erased; a restored one is copied when its time in the table is over. */
export const ARCHIVE_TRANSITIONS = {
  copying: ["verified", "archived"],
  verified: ["deleting"],
  deleting: ["archived"],
  archived: ["copying", "rewriting", "restoring"],
  rewriting: ["archived"],
  restoring: ["restored"],
  restored: ["copying"],
} as const satisfies Readonly<Record<ArchiveStatus, readonly ArchiveStatus[]>>;

/** What was copied by one run and read back equal. */
export const ArchiveCopy = z.strictObject({
  copy: z.int().min(1),
  events: count,
  parts: count,
  /** Of the stored objects, compressed. */
  bytes: count,
  /** Over the checksums of the parts in their order; a part's is over its events, sorted by post and id. */
  sha256: z.string().max(64),
  verified_at: timestamp,
});
export type ArchiveCopy = z.output<typeof ArchiveCopy>;

/** How far the run is that is at work. */
const Work = z.strictObject({
  copy: z.int().min(1),
  parts: count.default(0),
  events: count.default(0),
  bytes: count.default(0),
  /** The last post that was copied, and its last event where more of it are to come. */
  after: z.strictObject({ post_id: id, event_id: z.string().optional() }).optional(),
  /** All is copied; it is read back next. */
  sealed: z.boolean().default(false),
  /** Parts that were read back, emptied from the table, or brought back to it. */
  passed: count.default(0),
  /** Lines of the next part that are done. */
  lines: count.default(0),
  /** Events that were changed after they had been copied, and so were left in the table. */
  kept: count.default(0),
});
export type Work = z.output<typeof Work>;

/** A month of engagement events on its way to the archive, in it, or back. README, Archive. */
export const ArchivedMonth = entity(social, "ArchivedMonth", {
  fields: () => ({
    org_id: id,
    month: Month,
    status: ArchiveStatus.default("copying"),
    /** Those that readers read. */
    copies: z.array(ArchiveCopy).max(100).default([]),
    /** Counts the changes of `copies`. */
    epoch: count.default(0),
    /** Copies that were begun. */
    begun: count.default(1),
    work: Work.optional(),
    /** Of the events of the run that is at work. */
    progress: z.strictObject({ done: count, of: count }).optional(),
    archived_at: timestamp.optional(),
    /** No late event can come any more, and none is left in the table. */
    settled: z.boolean().default(false),
    /** Until when a restored month stays in the table. */
    restored_until: timestamp.optional(),
    /** The erasure that rewrites it: nobody else moves it meanwhile. */
    rewritten_for: id.optional(),
    /** What was found wrong with a copy, which was then begun anew. */
    failure: z.string().max(500).optional(),
  }),
  key: ["{org_id}#AM", "{month}"],
  hidden: ["epoch", "begun", "work", "settled", "rewritten_for"],
  states: { field: "status", transitions: ARCHIVE_TRANSITIONS },
});
export type ArchivedMonth = Item<typeof ArchivedMonth>;
