import type { Model, Plain } from "./model.ts";
import type { Template } from "./template.ts";

/** Milliseconds of the creation, in the place of `created_at` and of an equal `updated_at`. */
const CREATED = "_c";

const PART = /\{([^}]*)\}/;

/**
 * Reads a key's fields as texts. A value never holds the `#` that parts it from the next one, so each ends where the text
 * behind it begins. Undefined for a template of other parts, of which a key does not tell.
 */
const readerOf = ({ source, fields }: Template): ((key: string) => Plain) | undefined => {
  const parts = source.split(PART);
  const [before = "", ...rest] = parts.filter((_, at) => at % 2 === 0);
  const isPlain = parts.every((part, at) => at % 2 === 0 || /^\w+$/.test(part));
  const isParted = rest.every((text, at) => text.startsWith("#") || (text === "" && at === rest.length - 1));
  if (!isPlain || !isParted) return undefined;
  return (key) => {
    if (!key.startsWith(before)) return {};
    const values: string[] = [];
    let from = before.length;
    for (const after of rest) {
      const to = after === "" ? key.length : key.indexOf(after, from);
      if (to < 0) return {};
      values.push(decodeURIComponent(key.slice(from, to)));
      from = to + after.length;
    }
    return from === key.length ? Object.fromEntries(fields.map((field, at) => [field, values[at]!])) : {};
  };
};

export interface Compaction {
  /** Leaves out what the item's keys spell out, and the times that follow from its creation. */
  shrink(stored: Plain): Plain;
  /** Fills in again what is left out; what is stored stays as it is. */
  expand(stored: Plain): Plain;
}

/** How an entity's items are stored without repetitions. */
export const compactionOf = (model: Model): Compaction => {
  const keys = [
    { attribute: "pk", template: model.pk },
    { attribute: "sk", template: model.sk },
    ...model.indexes.flatMap(({ pk, sk, pk_attribute, sk_attribute }) => [
      { attribute: pk_attribute, template: pk },
      { attribute: sk_attribute, template: sk },
    ]),
  ];
  const readers = keys.flatMap(({ attribute, template }) => {
    const read = readerOf(template);
    return read ? [{ attribute, read }] : [];
  });
  const spelledIn = (stored: Plain): Plain =>
    Object.assign({}, ...readers.map(({ attribute, read }) => (stored[attribute] === undefined ? {} : read(stored[attribute]))));
  return {
    shrink: ({ created_at, updated_at, ...stored }) => {
      const spelled = spelledIn(stored);
      return {
        ...Object.fromEntries(Object.entries(stored).filter(([name, value]) => !(name in spelled) || spelled[name] !== value)),
        [CREATED]: Date.parse(created_at),
        ...(updated_at === created_at ? {} : { updated_at }),
      };
    },
    expand: ({ [CREATED]: created, ...stored }) => {
      const created_at = created === undefined ? undefined : new Date(created).toISOString();
      return { ...spelledIn(stored), ...(created_at === undefined ? {} : { created_at, updated_at: created_at }), ...stored };
    },
  };
};
