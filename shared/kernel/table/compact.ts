import type { Model, Plain } from "./model.ts";
import type { Template } from "./template.ts";

/** Milliseconds of the creation, in the place of `created_at` and of an equal `updated_at`. */
const CREATED = "_c";

/** Numbers and shards stand in a key otherwise than in the item. */
const isOfTexts = ({ source }: Template): boolean => !/\{(?:%\d+|\w+:\d+)\}/.test(source);

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
  const spelling = keys.filter(({ template }) => isOfTexts(template));
  const spelledIn = (stored: Plain): Plain =>
    Object.assign({}, ...spelling.map(({ attribute, template }) => (stored[attribute] === undefined ? {} : template.read(stored[attribute]))));
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
