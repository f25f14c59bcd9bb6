import { isDeepStrictEqual } from "node:util";
import type { Ctx } from "../context.ts";
import { DomainError, conflict, notFound } from "../errors.ts";
import { stored } from "./keys.ts";
import type { Model, Plain } from "./model.ts";
import type { StoredKey, Write } from "./table.ts";

/** Under which conditions an existing item is changed. */
export interface Expected {
  /** The version it must have; any, when missing. */
  readonly version?: number | undefined;
  /** The version is a client's: a lost race is then told as `stale`. */
  readonly by_client?: boolean;
  /** A further field and the value it must still have. */
  readonly is?: readonly [string, unknown];
}

export const insertion = (ctx: Ctx, model: Model, key: StoredKey, item: Plain): Write => {
  const Item = stored(model, item, key);
  return {
    entity: model.name,
    item: { Put: { TableName: physical(ctx, model), Item, ConditionExpression: "attribute_not_exists(pk)", ...returned } },
    leaves: Item,
    fails: () => conflict("already_exists", `This ${model.noun} exists already.`),
  };
};

/** Stores an existing item anew, whole. */
export const replacement = (ctx: Ctx, model: Model, key: StoredKey, item: Plain, expected: Expected): Write => {
  const Item = stored(model, item, key);
  const marks = placeholders();
  return {
    entity: model.name,
    item: { Put: { TableName: physical(ctx, model), Item, ConditionExpression: conditionOf(marks, expected), ...marks.maps(), ...returned } },
    leaves: Item,
    fails: lostRace(model, expected),
  };
};

/** SET what is given, REMOVE what is null, ADD to counters, count the version up. */
export const update = (ctx: Ctx, model: Model, key: StoredKey, set: Plain, expected: Expected = {}, add: Plain = {}): Write => {
  const marks = placeholders();
  const attributes: Plain = { ...set, updated_at: ctx.clock.now().toISOString() };
  const [removed, given] = partition(Object.entries(attributes), ([, value]) => value === null || value === undefined);
  const sets = given.map(([attribute, value]) => `${marks.name(attribute)} = ${marks.value(value)}`);
  const removes = removed.map(([attribute]) => marks.name(attribute));
  const adds = Object.entries({ ...add, version: 1 }).map(([attribute, amount]) => `${marks.name(attribute)} ${marks.value(amount)}`);
  return {
    entity: model.name,
    item: {
      Update: {
        TableName: physical(ctx, model),
        Key: key,
        UpdateExpression: `SET ${sets.join(", ")}${removes.length > 0 ? ` REMOVE ${removes.join(", ")}` : ""} ADD ${adds.join(", ")}`,
        ConditionExpression: conditionOf(marks, expected),
        ...marks.maps(),
        ...returned,
      },
    },
    ...(expected.version === undefined ? {} : { leaves: { ...attributes, version: expected.version + 1 } }),
    fails: lostRace(model, expected),
  };
};

export const deletion = (ctx: Ctx, model: Model, key: StoredKey, expected: Expected): Write => {
  const marks = placeholders();
  return {
    entity: model.name,
    item: { Delete: { TableName: physical(ctx, model), Key: key, ConditionExpression: conditionOf(marks, expected), ...marks.maps(), ...returned } },
    fails: lostRace(model, expected),
  };
};

/** Writes nothing; the transaction fails unless the item is there and its fields have the given values, undefined meaning none. */
export const requirement = (ctx: Ctx, model: Model, key: StoredKey, is: Plain = {}): Write => {
  const marks = placeholders();
  const conditions = Object.entries(is).map(([field, value]) =>
    value === undefined || value === null ? `attribute_not_exists(${marks.name(field)})` : `${marks.name(field)} = ${marks.value(value)}`,
  );
  return {
    entity: model.name,
    item: {
      ConditionCheck: {
        TableName: physical(ctx, model),
        Key: key,
        ConditionExpression: ["attribute_exists(pk)", ...conditions].join(" AND "),
        ...marks.maps(),
        ...returned,
      },
    },
    fails: lostRace(model, {}),
  };
};

/** Throws DomainError stale (412) with the current version, when a client's version is another. */
export const requireVersion = (from: Plain, version: number | undefined): void => {
  if (version !== undefined && from.version !== version) throw stale(version, from.version);
};

/** A repeat by the SDK of a write that was stored already meets its own trace: then nothing failed. */
export const metItself = ({ item, leaves }: Write, old: Plain | undefined): boolean => {
  if (!old) return item.Delete !== undefined;
  return leaves !== undefined && Object.entries(leaves).every(([attribute, value]) => isDeepStrictEqual(old[attribute], value ?? undefined));
};

export const concurrentChange = (model: Model): DomainError =>
  conflict("concurrent_change", `The ${model.noun} was changed by another request; repeat this one.`);

const stale = (expected: number, current: number): DomainError =>
  new DomainError("stale", "stale", `This is version ${current} now, not ${expected}. Read it again and repeat the change.`, {
    extra: { current_version: current },
  });

const lostRace =
  (model: Model, { version, by_client }: Expected): Write["fails"] =>
  (old) => {
    if (!old) return notFound(model.noun);
    return by_client && version !== undefined ? stale(version, old.version) : concurrentChange(model);
  };

const returned = { ReturnValuesOnConditionCheckFailure: "ALL_OLD" } as const;
const physical = (ctx: Ctx, model: Model): string => ctx.db.physical(model.table.id);

const conditionOf = (marks: Placeholders, { version, is }: Expected): string =>
  [
    version === undefined ? "attribute_exists(pk)" : `${marks.name("version")} = ${marks.value(version)}`,
    ...(is ? [`${marks.name(is[0])} = ${marks.value(is[1])}`] : []),
  ].join(" AND ");

type Placeholders = ReturnType<typeof placeholders>;

/** Stand-ins for attribute names, many of which are reserved words, and for values. */
const placeholders = () => {
  const names: Record<string, string> = {};
  const values: Plain = {};
  return {
    name: (attribute: string): string => {
      names[`#${attribute}`] = attribute;
      return `#${attribute}`;
    },
    value: (value: unknown): string => {
      const mark = `:${Object.keys(values).length}`;
      values[mark] = value;
      return mark;
    },
    /** DynamoDB refuses empty maps. */
    maps: () => ({
      ...(Object.keys(names).length > 0 ? { ExpressionAttributeNames: names } : {}),
      ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
    }),
  };
};

const partition = <T>(all: readonly T[], test: (one: T) => boolean): [T[], T[]] => [all.filter(test), all.filter((one) => !test(one))];
