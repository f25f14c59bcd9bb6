import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { ArchivePart } from "./archive-part.ts";
import type { ArchivedMonth, Work } from "./archived-month.ts";
import { sha256 } from "./document.ts";
import { manifestKey } from "./object-keys.ts";

/** What a copy is made of: stored beside its parts, so that the bucket can be read without the table. */
export interface Manifest {
  readonly object_key: string;
  readonly text: string;
  readonly sha256: string;
}

/** The parts of a copy, in their order. */
export const partsOf = (ctx: OrgCtx, { org_id, month }: Pick<ArchivedMonth, "org_id" | "month">, copy: number): Promise<ArchivePart[]> =>
  Array.fromAsync(every((page) => ArchivePart.list(ctx, { org_id, month }, { ...page, prefix: { copy }, consistent: true })));

/** The manifest of a copy, from the rows of its parts: the same whenever it is made. */
export const manifestOf = async (
  ctx: OrgCtx,
  { org_id, month }: ArchivedMonth,
  { copy, events, bytes }: Pick<Work, "copy" | "events" | "bytes">,
): Promise<Manifest> => {
  const rows = await partsOf(ctx, { org_id, month }, copy);
  const parts = rows.map((row) => ({ object_key: row.object_key, events: row.events, bytes: row.bytes, sha256: row.sha256, shape: row.shape }));
  const whole = sha256(parts.map((part) => part.sha256).join("\n"));
  return {
    object_key: manifestKey({ org_id, month, copy }),
    text: `${JSON.stringify({ org_id, month, copy, events, bytes, sha256: whole, parts }, undefined, 2)}\n`,
    sha256: whole,
  };
};
