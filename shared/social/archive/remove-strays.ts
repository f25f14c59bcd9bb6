import type { OrgCtx } from "../../kernel/context.ts";
import type { Archive } from "../../kernel/files/archive.ts";
import type { ArchivedMonth } from "./archived-month.ts";
import { partsOf } from "./manifest.ts";
import { copyOf, manifestKey, monthPrefix } from "./object-keys.ts";

type StrayCtx = OrgCtx & { readonly archive: Archive };

/**
 * Objects of a month that nobody reads: of copies that were given up, of parts that were replaced, and what a run left that was
 * stopped before it was noted. Those of a copy that is yet to begin are not among them. Sure only while nobody else moves the month.
 */
export async function* straysOf(ctx: StrayCtx, month: ArchivedMonth): AsyncGenerator<string> {
  const read = new Set<string>();
  for (const { copy } of month.copies) {
    read.add(manifestKey({ ...month, copy }));
    for (const { object_key } of await partsOf(ctx, month, copy)) read.add(object_key);
  }
  for await (const key of ctx.archive.list(monthPrefix(month))) if (!read.has(key) && copyOf(month, key) <= month.begun) yield key;
}

export const hasStrays = async (ctx: StrayCtx, month: ArchivedMonth): Promise<boolean> => !(await straysOf(ctx, month).next()).done;

/** Removes what nobody reads any more. Repeating it changes nothing. */
export const removeStrays = async (ctx: StrayCtx, month: ArchivedMonth): Promise<void> => {
  for await (const key of straysOf(ctx, month)) await ctx.archive.remove(key);
};
