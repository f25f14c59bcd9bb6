import type * as z from "zod";
import { FILLED_ID, FILLED_NOW } from "../fields.ts";
import { type Compaction, compactionOf } from "./compact.ts";
import type { Table } from "./table.ts";
import { type Template, template } from "./template.ts";
import type { EntityDefinition, Uniques } from "./types.ts";

export type Plain = Record<string, any>;
/** A definition whose types have been checked and are of no more interest. */
export type AnyDefinition = EntityDefinition<string, string, string, any, string, string, any, Uniques, string, string, string, string>;

export interface IndexModel {
  readonly name: string;
  readonly on: string;
  readonly pk: Template;
  readonly sk: Template;
  readonly when: readonly (readonly [string, unknown])[];
  /** Every field that decides on the entry. */
  readonly fields: ReadonlySet<string>;
  /** Each item has an entry, whatever its values. */
  readonly always: boolean;
  readonly pk_attribute: string;
  readonly sk_attribute: string;
}

/** A definition read once: templates parsed, fields sorted by their part. */
export interface Model {
  readonly table: Table;
  readonly name: string;
  /** For messages: "MemberAccount" is "member account". */
  readonly noun: string;
  readonly definition: AnyDefinition;
  readonly fields: Readonly<Record<string, z.ZodType>>;
  readonly names: readonly string[];
  readonly pk: Template;
  readonly sk: Template;
  /** The fields of the key. */
  readonly identity: ReadonlySet<string>;
  readonly indexes: readonly IndexModel[];
  readonly uniques: readonly { readonly name: string; readonly template: Template }[];
  readonly unique_fields: ReadonlySet<string>;
  /** Fields that the layer fills on creation, and with what. */
  readonly filled: readonly { readonly field: string; readonly kind: "id" | "now" }[];
  readonly optional: ReadonlySet<string>;
  /** How many upgrades the stored shape of today has behind it. */
  readonly shape: number;
  /** How items are stored, where they are stored compactly. */
  readonly compaction?: Compaction;
}

const RESERVED = ["pk", "sk", "ttl", "_t", "_v", "version", "created_at", "updated_at"];

/** Reads and checks a definition; throws an Error that names what is wrong with it. */
export const modelOf = (table: Table, name: string, definition: AnyDefinition): Model => {
  const fields: Record<string, z.ZodType> = definition.fields();
  const names = Object.keys(fields);
  const optional = new Set(names.filter((field) => fields[field]!._zod.optout === "optional"));
  const [pk, sk] = [template(definition.key[0]), template(definition.key[1])];
  const uniques = Object.entries(definition.unique ?? {}).map(([unique, source]) => ({ name: unique, template: template(uniqueSource(name, unique, source)) }));
  const model: Model = {
    table,
    name,
    noun: name.replaceAll(/(?<=[a-z0-9])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase(),
    definition,
    fields,
    names,
    pk,
    sk,
    identity: new Set([...pk.fields, ...sk.fields]),
    indexes: Object.entries<any>(definition.indexes ?? {}).map(([index, given]) => indexOf(index, given, fields, optional)),
    uniques,
    unique_fields: new Set(uniques.flatMap((unique) => unique.template.fields)),
    filled: names.flatMap((field) => filledOf(field, fields[field]!)),
    optional,
    shape: definition.upgrades?.length ?? 0,
  };
  checkDefinition(model);
  return definition.compact ? { ...model, compaction: compactionOf(model) } : model;
};

/** Unique rows share no partition with items: the tenant comes first, then the entity and the constraint. */
const uniqueSource = (entity: string, unique: string, source: string): string => {
  const tenant = source.startsWith(TENANT) ? TENANT : "";
  return `${tenant}U#${entity}.${unique}#${source.slice(tenant.length)}`;
};
const TENANT = "{org_id}#";

const indexOf = (
  name: string,
  given: { on: string; pk: string; sk: string; when?: Plain },
  fields: Model["fields"],
  optional: ReadonlySet<string>,
): IndexModel => {
  const [pk, sk] = [template(given.pk), template(given.sk)];
  const used = [...pk.fields, ...sk.fields];
  return {
    name,
    on: given.on,
    pk,
    sk,
    when: Object.entries(given.when ?? {}),
    fields: new Set([...used, ...Object.keys(given.when ?? {})]),
    always: given.when === undefined && used.every((field) => !(field in fields) || !optional.has(field)),
    pk_attribute: `${given.on}pk`,
    sk_attribute: `${given.on}sk`,
  };
};

const filledOf = (field: string, schema: z.ZodType): Model["filled"] => {
  const given = (schema._zod.def as { defaultValue?: unknown }).defaultValue;
  return given === FILLED_ID ? [{ field, kind: "id" }] : given === FILLED_NOW ? [{ field, kind: "now" }] : [];
};

const checkDefinition = (model: Model): void => {
  const { table, name, names, definition } = model;
  const refuse = (fault: string): never => {
    throw new Error(`Entity ${name}: ${fault}`);
  };
  const isGlobal = (pattern: string): boolean => table.globals.includes(name) || table.globals.includes(`${name}.${pattern}`);
  const hasTenant = (part: Template): boolean => part.source.startsWith(TENANT);
  if (!hasTenant(model.pk) && !isGlobal(""))
    refuse(`its partition key "${model.pk.source}" must begin with ${TENANT}, or the entity must be named in the table's globals.`);
  if (definition.compact && (definition.states || definition.upgrades)) refuse("compact items have neither states nor upgrades.");
  for (const reserved of names.filter((field) => RESERVED.includes(field))) refuse(`the field "${reserved}" belongs to the table layer; choose another name.`);
  const taken = new Map<string, string>();
  for (const index of model.indexes) {
    const other = taken.get(index.on);
    if (other) refuse(`its indexes ${other} and ${index.name} share ${index.on} and would overwrite each other; give each its own.`);
    taken.set(index.on, index.name);
    if (!table.gsis.includes(index.on)) refuse(`its index ${index.name} is on ${index.on}, which the table does not have.`);
    if (!hasTenant(index.pk) && !isGlobal(index.name))
      refuse(`the partition key of its index ${index.name} must begin with ${TENANT}, or "${name}.${index.name}" must be named in the table's globals.`);
  }
  for (const unique of model.uniques)
    if (!hasTenant(unique.template) && !isGlobal(unique.name))
      refuse(`its unique value ${unique.name} must begin with ${TENANT}, or "${name}.${unique.name}" must be named in the table's globals.`);
  const known = new Set([...names, "created_at"]);
  for (const part of templatesOf(model))
    for (const field of part.fields)
      if (!field.startsWith("%") && !known.has(field)) refuse(`the template "${part.source}" names the field "${field}", which it does not have.`);
};

const templatesOf = (model: Model): Template[] => [
  model.pk,
  model.sk,
  ...model.indexes.flatMap((index) => [index.pk, index.sk]),
  ...model.uniques.map((unique) => unique.template),
];
