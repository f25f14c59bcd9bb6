import { createHash } from "node:crypto";
import { invalid } from "../errors.ts";
import type { IndexModel, Model, Plain } from "./model.ts";
import type { StoredKey } from "./table.ts";
import type { Fields } from "./template.ts";

/** The stored key of an item or of the fields that make its key. Throws DomainError `incomplete_key` when one is missing. */
export const keyOf = (model: Model, fields: Fields): StoredKey => {
  const sk = model.sk.of(fields);
  const pk = sk === undefined ? undefined : model.pk.of(fields, sk);
  if (pk === undefined || sk === undefined) {
    const missing = [...model.identity].filter((field) => (fields[field] ?? undefined) === undefined && !field.startsWith("%"));
    throw invalid(
      missing.map((field) => ({ pointer: `/${field}`, code: "required", detail: `The key of a ${model.noun} needs ${field}.` })),
      "incomplete_key",
    );
  }
  return { pk, sk };
};

/** The index attributes that an item has, of the given indexes. */
export const indexKeys = (item: Fields, indexes: readonly IndexModel[], key: StoredKey): Record<string, string> => {
  const keys: Record<string, string> = {};
  for (const index of indexes) {
    if (!index.when.every(([field, value]) => item[field] === value)) continue;
    const pk = index.pk.of(item, shardSeed(key));
    const sk = index.sk.of(item);
    if (pk === undefined || !sk) continue;
    keys[index.pk_attribute] = pk;
    keys[index.sk_attribute] = sk;
  }
  return keys;
};

/** Chosen by the key, so that an item stays in its shard for life. */
export const shardSeed = (key: StoredKey): string => `${key.pk}\n${key.sk}`;

const UNIQUE_SK = "U";
/** Partition keys hold 2,048 bytes; a longer unique value is kept as its digest. */
const LONGEST_UNIQUE = 1000;

export interface UniqueRow {
  readonly name: string;
  readonly key: StoredKey;
}

/** The unique rows that an item claims. */
export const uniqueRows = (model: Model, item: Fields): UniqueRow[] =>
  model.uniques.flatMap(({ name, template }) => template.all(item).map((value) => ({ name, key: uniqueKey(value) })));

export const uniqueKey = (value: string): StoredKey => {
  if (Buffer.byteLength(value) <= LONGEST_UNIQUE) return { pk: value, sk: UNIQUE_SK };
  const tenant = value.slice(0, value.indexOf("#") + 1);
  return { pk: `${tenant}U#${createHash("sha256").update(value).digest("base64url")}`, sk: UNIQUE_SK };
};

/** The attributes as stored: key, entity, index keys, fields, and the time to live. */
export const stored = (model: Model, item: Plain, key: StoredKey): Plain => {
  const ttl = model.definition.ttl?.(item);
  const whole = {
    ...key,
    _t: model.name,
    ...indexKeys(item, model.indexes, key),
    ...item,
    ...(model.shape > 0 ? { _v: model.shape } : {}),
    ...(ttl === undefined ? {} : { ttl }),
  };
  return model.compaction ? model.compaction.shrink(whole) : whole;
};
