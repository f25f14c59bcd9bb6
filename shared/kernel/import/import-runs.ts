import type { OrgCtx } from "../context.ts";
import type { Commands } from "../queue/commands.ts";
import type { Write } from "../table/table.ts";
import type { ImportRun } from "./import-fields.ts";

/** What a step notes on an import. */
export type ImportNote = Partial<Omit<ImportRun, "org_id" | "id" | "status" | "version">>;

/** A platform's imports, as the steps that are the same everywhere need them: its entity, its events and its command. */
export interface ImportRuns<R extends ImportRun> {
  /** Each stores what a step comes to, in one transaction of the platform's table. */
  readonly store: Readonly<Record<"start" | "rows" | "fail", (ctx: OrgCtx, writes: readonly Write[]) => Promise<void>>>;
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
