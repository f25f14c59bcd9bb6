import type { Archive } from "../../kernel/files/archive.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import type { Commands } from "../../kernel/queue/commands.ts";

/** What the jobs of the archive run on. */
export type ArchiveCtx = OrgJobCtx & {
  readonly archive: Archive;
  readonly commands: Commands;
  readonly sleep: (ms: number) => Promise<void>;
};

/** How large the pieces are in which a month moves. */
export interface Sizes {
  /** Events of a slice at most: what a reader unpacks to show one page. */
  readonly slice_events: number;
  /** Events of a part at most, up to a slice more. */
  readonly part_events: number;
  /** A part, its slices and the month are stored in one transaction. */
  readonly part_slices: number;
  /** Writes to the table at a time. */
  readonly batch: number;
}

export const SIZES: Sizes = { slice_events: 250, part_events: 5_000, part_slices: 90, batch: 100 };

/** No step is begun with less time than this, and no batch of writes. */
export const STEP_MS = 20_000;

export const hasTime = (ctx: ArchiveCtx): boolean => ctx.remaining_ms() >= STEP_MS;
