import type { AnyEntity } from "./entity.ts";
import type { IndexModel, Model } from "./model.ts";
import type { Table } from "./table.ts";

/** A named way to reach items: a row of the generated page, and what tests measure by name. */
export interface Pattern {
  /** `Submission.byStatus`, the name that requests carry. */
  readonly name: string;
  readonly entity: string;
  /** How code calls it, without its arguments: `Submission.query.byStatus`. */
  readonly calls: readonly string[];
  /** The definition names it, as an index, a unique value or a list; else every entity has it. */
  readonly declared: boolean;
  readonly index: string;
  readonly operation: string;
  readonly pk: string;
  readonly sk: string;
  readonly condition: string;
  readonly cost: string;
}

/** The access patterns of a table in the order of definition. */
export const patternsOf = (table: Table): Pattern[] => [...table.entities.values()].flatMap(patternsOfEntity);

const READ = "0.5 per 4 KB";
const ALWAYS_READ = "1 per 4 KB";

const patternsOfEntity = ({ model }: AnyEntity): Pattern[] => {
  const row = (name: string, more: Partial<Pattern>): Pattern => ({
    name: `${model.name}.${name}`,
    entity: model.name,
    calls: [`${model.name}.${name}`],
    declared: false,
    index: "table",
    operation: "Query",
    pk: model.pk.source,
    sk: model.sk.source,
    condition: "",
    cost: READ,
    ...more,
  });
  const { name } = model;
  return [
    row("create", {
      operation: unique(model) ? "TransactWriteItems" : "PutItem",
      calls: [`${name}.create`, `${name}.writes.create`, `${name}.writes.put`],
      condition: "does not exist",
      cost: costOfCreation(model),
    }),
    row("putMany", { operation: "BatchWriteItem", cost: costOfCreation(model) }),
    row("get", { operation: "GetItem", calls: [`${name}.get`, `${name}.find`] }),
    row("getMany", { operation: "BatchGetItem" }),
    row("patch", {
      operation: unique(model) ? "UpdateItem, TransactWriteItems when a unique value changes" : "UpdateItem",
      calls: [`${name}.patch`, `${name}.writes.patch`, `${name}.writes.increment`],
      condition: "exists; the version, when it is known",
      cost: `1 per KB${model.indexes.length > 0 ? ", the same in each index the item is in, twice where it moves" : ""}`,
    }),
    row("delete", {
      operation: unique(model) ? "TransactWriteItems" : "DeleteItem",
      calls: [`${name}.delete`, `${name}.writes.delete`],
      condition: "exists; the version, when it is known",
      cost: costOfCreation(model),
    }),
    row("deleteMany", { operation: "BatchWriteItem", cost: costOfCreation(model) }),
    ...(model.sk.fields.length > 0 ? [row("list", { declared: true })] : []),
    ...model.indexes.map((index) => row(index.name, ofIndex(model, index))),
    ...model.uniques.map(({ name: value, template }) =>
      row(`by.${value}`, { declared: true, operation: "GetItem, twice", pk: template.source, sk: "U", cost: `2 × ${ALWAYS_READ}` }),
    ),
    ...(model.definition.states
      ? [
          row("transition", {
            operation: "TransactWriteItems",
            calls: [`${name}.writes.transition`],
            condition: "the version and the old state",
            cost: "2 × (the patch + 1 for its history)",
          }),
          row("history", { pk: `${model.pk.source}#${model.sk.source}#H`, sk: "{version:10}" }),
          row("forgetReasons", {
            operation: "UpdateItem",
            pk: `${model.pk.source}#${model.sk.source}#H`,
            sk: "{version:10}",
            condition: "exists",
            cost: "1 per KB",
          }),
        ]
      : []),
  ];
};

const unique = (model: Model): boolean => model.uniques.length > 0;

const ofIndex = (model: Model, index: IndexModel): Partial<Pattern> => ({
  calls: [`${model.name}.query.${index.name}`],
  declared: true,
  index: index.on,
  pk: index.pk.source,
  sk: index.sk.source,
  condition: [...index.when.map(([field, value]) => `${field} = ${String(value)}`), ...presence(model, index)].join(", "),
  cost: index.pk.shards > 1 ? `${index.pk.shards} × ${READ}` : READ,
});

/** A sparse index holds the items that have all of its fields. */
const presence = (model: Model, index: IndexModel): string[] =>
  [...new Set([...index.pk.fields, ...index.sk.fields])].filter((field) => model.optional.has(field)).map((field) => `${field} is set`);

const costOfCreation = (model: Model): string => {
  const indexes =
    model.indexes.length === 0 ? "" : ` in the table and in ${model.indexes.length === 1 ? "its index" : `each of up to ${model.indexes.length} indexes`}`;
  return unique(model) ? `2 × (1 per KB${indexes} + 1 per unique value)` : `1 per KB${indexes}`;
};
