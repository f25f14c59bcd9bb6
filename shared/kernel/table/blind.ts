import { indexKeys, shardSeed } from "./keys.ts";
import type { IndexModel, Model, Plain } from "./model.ts";
import type { StoredKey } from "./table.ts";
import type { Template } from "./template.ts";

/**
 * The index keys that follow from a patch alone, or undefined when the stored item is needed to tell. Such a patch
 * costs its floor: one write and no read. Of `given` only the fields of the key count: others may be out of date.
 */
export const keysWithoutReading = (model: Model, given: Plain, key: StoredKey, patch: Plain): Plain | undefined => {
  const { check, ttl } = model.definition;
  const patched = Object.keys(patch);
  if (check || ttl || model.shape > 0 || model.compaction || patched.some((field) => model.unique_fields.has(field))) return undefined;
  const known = { ...Object.fromEntries([...model.identity].map((field) => [field, given[field]])), ...patch };
  const set: Plain = {};
  for (const index of model.indexes) {
    if (!patched.some((field) => index.fields.has(field))) continue;
    const keys = told([...index.fields], known) ? entryOrNothing(index, known, key) : movedHalves(index, known, patched, key);
    if (!keys) return undefined;
    Object.assign(set, keys);
  }
  return set;
};

const told = (fields: readonly string[], known: Plain): boolean => fields.every((field) => field in known || field.startsWith("%"));

const entryOrNothing = (index: IndexModel, known: Plain, key: StoredKey): Plain => ({
  [index.pk_attribute]: null,
  [index.sk_attribute]: null,
  ...indexKeys(known, [index], key),
});

/** Where every item has an entry, a half of its key that the patch does not touch stays as it is. */
const movedHalves = (index: IndexModel, known: Plain, patched: readonly string[], key: StoredKey): Plain | undefined => {
  if (!index.always) return undefined;
  const set: Plain = {};
  const halves: readonly (readonly [Template, string])[] = [
    [index.pk, index.pk_attribute],
    [index.sk, index.sk_attribute],
  ];
  for (const [half, attribute] of halves) {
    if (!half.fields.some((field) => patched.includes(field))) continue;
    if (!told(half.fields, known)) return undefined;
    set[attribute] = half.of(known, shardSeed(key));
  }
  return set;
};
