import type { OrgCtx } from "../context.ts";
import type { Commands } from "../queue/commands.ts";
import type { Table, Write } from "../table/table.ts";
import type { ImportRun } from "./import-fields.ts";

/** What a step notes on an import; null takes a field away. */
export type ImportNote = { readonly [K in keyof ImportRun]?: ImportRun[K] | null };

/** A platform's imports, as the steps that are the same everywhere need them: its entity, its events and its command. */
export interface ImportRuns<R extends ImportRun> {
  readonly table: Table;
  /** The patterns' first word: `imports` for `imports.start`. */
  get(ctx: OrgCtx, id: string): Promise<R>;
  find(ctx: OrgCtx, id: string): Promise<R | undefined>;
  patch(ctx: OrgCtx, from: R, note: ImportNote): Write[];
  move(ctx: OrgCtx, from: R, to: R["status"], note: ImportNote): Write[];
  /** The fact that wakes the worker. */
  started(ctx: OrgCtx, id: string): Write[];
  /** The fact that an import has ended, completed or failed. */
  ended(ctx: OrgCtx, end: ImportRun): Write[];
  /** Hands the rest to a new message. */
  goOn(ctx: OrgCtx & { readonly commands: Commands }, id: string): Promise<void>;
}
