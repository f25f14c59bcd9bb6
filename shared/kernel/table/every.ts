import type { Page } from "./types.ts";

/** All items of a query, page after page: for jobs, never for a request. */
export async function* every<T>(query: (page: { readonly position?: unknown }) => Promise<Page<T>>): AsyncGenerator<T, void, undefined> {
  let position: unknown;
  do {
    const found = await query(position === undefined ? {} : { position });
    yield* found.items;
    position = found.position;
  } while (position !== undefined);
}
