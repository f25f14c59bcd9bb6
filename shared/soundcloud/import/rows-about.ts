import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { ImportRow } from "./import-row.ts";
import type { Import } from "./import.ts";

/** A member, and what a row can know them by. */
export interface Somebody {
  readonly member_id: string;
  readonly emails: readonly string[];
  readonly handle?: string | undefined;
}

const isAbout = ({ member_id, duplicate_of_member_id, parsed = {} }: ImportRow, somebody: Somebody): boolean => {
  if (member_id === somebody.member_id || duplicate_of_member_id === somebody.member_id) return true;
  const { emails, soundcloud_handle } = parsed;
  const named = Array.isArray(emails) && emails.some((email) => typeof email === "string" && somebody.emails.includes(email));
  return named || (somebody.handle !== undefined && soundcloud_handle === somebody.handle);
};

/**
 * The rows of an import of members that became this member, were a repetition of it, or name its address or channel
 * without having become anybody, as in a dry run. Reads the whole import: rows are found by their place in the file only.
 */
export async function* rowsAbout(ctx: OrgCtx, { kind, id }: Import, somebody: Somebody): AsyncGenerator<ImportRow, void, undefined> {
  if (kind !== "members") return;
  for await (const row of every((page) => ImportRow.list(ctx, { org_id: ctx.org_id, import_id: id }, { ...page, limit: 1000 })))
    if (isAbout(row, somebody)) yield row;
}
