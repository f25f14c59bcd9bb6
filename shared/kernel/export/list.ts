import type { OrgCtx } from "../context.ts";

export type ListRecord = Readonly<Record<string, unknown>>;

/** One of the org's lists, as it is exported: the columns in their order, and the records as they are read. */
export interface List {
  readonly columns: readonly string[];
  records(ctx: OrgCtx): AsyncIterable<ListRecord>;
}

/** The columns of an item, each of them there: null where the item has nothing. */
export const recordOf = <C extends string>(columns: readonly C[], item: { readonly [K in C]?: unknown }): ListRecord =>
  Object.fromEntries(columns.map((column) => [column, item[column] ?? null]));
