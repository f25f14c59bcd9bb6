import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { ImportRow } from "./import-row.ts";
import type { Import } from "./import.ts";

/** A member, and what a row can know them by; without a member, whoever has the address or channel. */
export interface Somebody {
  readonly member_id?: string | undefined;
  readonly emails: readonly string[];
  readonly handle?: string | undefined;
}

/** Whether what was read of a row names their address or channel. */
const names = ({ parsed = {} }: ImportRow, { emails, handle }: Somebody): boolean => {
  const named = Array.isArray(parsed["emails"]) && parsed["emails"].some((email) => typeof email === "string" && emails.includes(email));
  return named || (handle !== undefined && parsed["soundcloud_handle"] === handle);
};

/** A row that became a member, or repeated one, is that member's alone: addresses and channels move between members. */
const isAbout = (row: ImportRow, somebody: Somebody): boolean => {
  const of = row.member_id ?? row.duplicate_of_member_id;
  return of === undefined ? names(row, somebody) : of === somebody.member_id;
};

/**
 * The rows of an import of members that are this member's, or name its address or channel though they became another.
 * Theirs are those that became it, were a repetition of it, or name it without having become anybody, as in a dry run.
 * Reads the whole import, as it is at that moment: rows are found by their place in the file only.
 */
export async function* rowsTouching(ctx: OrgCtx, run: Import, somebody: Somebody): AsyncGenerator<{ row: ImportRow; isTheirs: boolean }, void, undefined> {
  if (run.kind !== "members") return;
  const { org_id } = ctx;
  for await (const row of every((page) => ImportRow.list(ctx, { org_id, import_id: run.id }, { ...page, limit: 1000, consistent: true }))) {
    const isTheirs = isAbout(row, somebody);
    if (isTheirs || names(row, somebody)) yield { row, isTheirs };
  }
}
