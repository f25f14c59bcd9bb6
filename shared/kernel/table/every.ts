import type { Page } from "./types.ts";

type Query<T> = (page: { readonly position?: unknown }) => Promise<Page<T>>;

/** The pages of a query, one after the other: for jobs, never for a request. */
export async function* everyPage<T>(query: Query<T>): AsyncGenerator<T[], void, undefined> {
  let position: unknown;
  do {
    const found = await query(position === undefined ? {} : { position });
    yield found.items;
    position = found.position;
  } while (position !== undefined);
}

/** All items of a query, page after page: for jobs, never for a request. */
export async function* every<T>(query: Query<T>): AsyncGenerator<T, void, undefined> {
  for await (const items of everyPage(query)) yield* items;
}
