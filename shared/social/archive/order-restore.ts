import { RestoreOrdered } from "../../../events/social/restore-ordered.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { conflict } from "../../kernel/errors.ts";
import { transact } from "../../kernel/table/table.ts";
import { social, socialSystem } from "../table.ts";
import { ArchivedMonth } from "./archived-month.ts";
import { getArchive } from "./read-archives.ts";

/** Days for which a restored month stays in the table. */
export const RESTORED_DAYS = 30;

/**
 * Orders that an archived month is brought back to the table; the month and the event that wakes the worker are one
 * transaction. Throws DomainError not_found, and conflict `not_archived` while the month is anything but archived, or where
 * nothing of it is in the archive.
 */
export const orderRestore = async (ctx: OrgCtx, month: string): Promise<ArchivedMonth> => {
  const found = await getArchive(ctx, month);
  if (found.status !== "archived" || found.copies.length === 0)
    throw conflict("not_archived", `${month} cannot be restored: it is ${found.copies.length === 0 ? "without archived events" : found.status}.`, {
      current: found.status,
    });
  const of = found.copies.reduce((sum, { events }) => sum + events, 0);
  const copy = found.copies.at(-1)!;
  const work = { copy: copy.copy, parts: copy.parts, events: of, bytes: 0, passed: 0, lines: 0, kept: 0, sealed: true };
  const patch = { work, progress: { done: 0, of } };
  const writes = ArchivedMonth.writes.transition(ctx, found, "restoring", { patch });
  const result = ArchivedMonth.after(writes);
  await transact(ctx, social, [...writes, ...socialSystem.emit(ctx, RestoreOrdered, { month })], { pattern: "archive.orderRestore", result });
  return result;
};
