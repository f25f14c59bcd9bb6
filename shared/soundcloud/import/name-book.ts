import { inParallel } from "../../kernel/queue/parallel.ts";
import type { Write } from "../../kernel/table/table.ts";

/** Names that are looked up at a time, and how many are remembered. */
const AT_ONCE = 10;
const KEEP = 10_000;

/** Those whom a file names again and again, found once and made where they are missing. */
export interface NameBook<D> {
  isKnown(name_key: string): boolean;
  /** Looks up names that are not known yet, and forgets what was kept and not stored. */
  load(nameKeys: Iterable<string>): Promise<void>;
  /** The id under a name, and the writes that make its item if nobody has it. */
  take(name_key: string, draft: D): { readonly id: string; readonly writes: readonly Write[] };
  /** Says that the writes of a `take` are part of the transaction: rows after it may refer to the id. */
  keep(name_key: string, id: string): void;
  /** Says that the transaction is stored. */
  settle(): void;
  /** The id under a name that is stored. */
  idOf(name_key: string): string | undefined;
}

export const nameBook = <D>(
  find: (name_key: string) => Promise<{ readonly id: string } | undefined>,
  make: (draft: D) => { readonly id: string; readonly writes: Write[] },
): NameBook<D> => {
  const stored = new Map<string, string>();
  const pending = new Map<string, string>();
  return {
    isKnown: (name_key) => stored.has(name_key),
    idOf: (name_key) => stored.get(name_key),
    load: async (nameKeys) => {
      pending.clear();
      if (stored.size > KEEP) stored.clear();
      const wanted = [...new Set(nameKeys)].filter((name_key) => !stored.has(name_key));
      await inParallel(wanted, AT_ONCE, async (name_key) => {
        const found = await find(name_key);
        if (found) stored.set(name_key, found.id);
      });
    },
    take: (name_key, draft) => {
      const known = stored.get(name_key) ?? pending.get(name_key);
      return known === undefined ? make(draft) : { id: known, writes: [] };
    },
    keep: (name_key, id) => void pending.set(name_key, id),
    settle: () => {
      for (const [name_key, id] of pending) stored.set(name_key, id);
      pending.clear();
    },
  };
};
