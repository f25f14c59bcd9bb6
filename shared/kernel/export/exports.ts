import type { OrgCtx } from "../context.ts";
import type { ExportItem, ExportNote } from "./export-fields.ts";

/** A platform's exports, as the steps that are the same everywhere need them. */
export interface Exports<E extends ExportItem> {
  /** Throws DomainError not_found. */
  get(ctx: OrgCtx, id: string): Promise<E>;
  find(ctx: OrgCtx, id: string): Promise<E | undefined>;
  /** Notes how many records are written. */
  note(ctx: OrgCtx, id: string, records: number): Promise<unknown>;
  /** Stores a change of status. */
  move(ctx: OrgCtx, from: E, to: E["status"], note: ExportNote): Promise<void>;
}
