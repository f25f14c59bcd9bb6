import type { Model, Plain } from "./model.ts";
import type { Template } from "./template.ts";

/** Milliseconds of the creation, in the place of `created_at` and of an equal `updated_at`. */
const CREATED = "_c";

const PART = /\{([^}]*)\}/;
const LITERAL = /[.*+?^${}()|[\]\\]/g;

/** Reads a key's fields as texts. Undefined for a template of other parts than plain fields, of which a key does not tell. */
const readerOf = ({ source, fields }: Template): ((key: string) => Plain) | undefined => {
  const parts = source.split(PART);
  if (parts.some((part, at) => at % 2 === 1 && !/^\w+$/.test(part))) return undefined;
  // A value never holds the # that parts it from the next one.
  const pattern = new RegExp(`^${parts.map((part, at) => (at % 2 === 1 ? "([^#]*)" : part.replaceAll(LITERAL, "\\$&"))).join("")}$`);
  return (key) => {
    const found = pattern.exec(key);
    return found ? Object.fromEntries(fields.map((field, at) => [field, decodeURIComponent(found[at + 1]!)])) : {};
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
