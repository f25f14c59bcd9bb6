import type { MatrixWorld } from "./matrix/world.ts";
import { texts } from "./outlets.ts";

export type Stored = Readonly<Record<string, unknown>>;

export const isOf =
  ({ org }: MatrixWorld["here"]) =>
  (item: Stored): boolean =>
    JSON.stringify(item["pk"]).includes(org.org_id);

/** What is stored for one tenant and nowhere else: whatever of it shows to the other has leaked. */
export const textsOnlyOf = (staff: MatrixWorld["here"], items: readonly Stored[]): Set<string> => {
  const isTheirs = isOf(staff);
  const elsewhere = new Set(items.filter((item) => !isTheirs(item)).flatMap(texts));
  return new Set(
    items
      .filter(isTheirs)
      .flatMap(texts)
      // A shard of the outbox is everybody's, whoever's row happens to lie in it alone.
      .filter((text) => text.length >= 8 && !elsewhere.has(text) && !/^OUTBOX#\d$/.test(text)),
  );
};
