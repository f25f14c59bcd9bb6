import * as z from "zod";
import { type Ctx, actorId } from "../context.ts";
import { conflict } from "../errors.ts";
import { concurrentChange } from "./expressions.ts";
import { keyOf } from "./keys.ts";
import type { Model, Plain } from "./model.ts";
import { every } from "./every.ts";
import { type Path, page } from "./query.ts";
import type { Store } from "./store.ts";
import type { StoredKey, Write } from "./table.ts";
import { type Template, template } from "./template.ts";
import type { Page, PageOptions } from "./types.ts";
import { change } from "./writes.ts";

/** One change of an item's state. `by` is a user's or an API key's id, or a service's name. */
export const StateChange = z.object({
  from: z.string(),
  to: z.string(),
  by: z.string().optional(),
  at: z.iso.datetime(),
  reason: z.string().optional(),
  /** The item's version afterwards. */
  version: z.int(),
});
export type StateChange = z.output<typeof StateChange>;

export interface TransitionOptions<Patch = Plain> {
  /** Further fields that change with the state. */
  readonly patch?: Patch | undefined;
  readonly reason?: string | undefined;
  readonly version?: number | undefined;
}

/**
 * Moves the item to another state, under its version and the state it is in, and adds a row to its history.
 * Throws DomainError conflict `invalid_transition` with the allowed states.
 */
export const transition = (ctx: Ctx, { model, schemas }: Store, from: Plain, to: string, patch: Plain, { reason, version }: TransitionOptions): Write[] => {
  const { field, transitions } = model.definition.states!;
  const state: string = from[field];
  const allowed: readonly string[] = transitions[state] ?? [];
  if (!allowed.includes(to)) throw invalidTransition(model, state, to, allowed);
  const { writes, next } = change(ctx, model, schemas, from, { ...patch, [field]: to }, { version, is: [field, state] });
  return [
    ...writes,
    historyRow(ctx, model, next, { from: state, to, ...byOf(ctx), at: next.updated_at, ...(reason === undefined ? {} : { reason }), version: next.version }),
  ];
};

const invalidTransition = (model: Model, from: string, to: string, allowed: readonly string[]) =>
  conflict(
    "invalid_transition",
    `A ${model.noun} that is ${from} cannot become ${to}; ${allowed.length === 0 ? "this state is final" : `allowed: ${allowed.join(", ")}`}.`,
    { current: from, allowed },
  );

const byOf = ({ actor }: Ctx): { by?: string } => {
  const by = actorId(actor) ?? (actor.kind === "service" ? actor.name : undefined);
  return by === undefined ? {} : { by };
};

/** History has a partition of its own beside the item's, so that reading items never reads it. */
const historyPartition = (key: StoredKey): string => `${key.pk}#${key.sk}#H`;
const historySort: Template = template("{version:10}");

const historyRow = (ctx: Ctx, model: Model, item: Plain, entry: StateChange): Write => {
  const ttl = model.definition.ttl?.(item);
  const key = { pk: historyPartition(keyOf(model, item)), sk: historySort.of(entry)! };
  return {
    entity: model.name,
    item: { Put: { TableName: ctx.db.physical(model.table.id), Item: { ...key, _t: historyType(model), ...entry, ...(ttl === undefined ? {} : { ttl }) } } },
    fails: () => concurrentChange(model),
  };
};

export const historyType = (model: Model): string => `${model.name}.history`;

/** The state changes of one item, oldest first. */
export const history = async (ctx: Ctx, { model }: Store, key: Plain, options: PageOptions = {}): Promise<Page<StateChange>> => {
  const partition = historyPartition(keyOf(model, key));
  const path: Path = {
    model,
    pattern: `${model.name}.history`,
    pk: { ...historySort, shards: 1, fields: [], of: () => partition },
    sk: historySort,
    type: historyType(model),
    load: (row) => StateChange.parse(row),
  };
  return page(ctx, path, {}, options) as Promise<Page<StateChange>>;
};

/** Takes the reasons, which people wrote, out of an item's history; who changed what and when stays. Repeating it changes nothing. */
export const forgetReasons = async (ctx: Ctx, store: Store, key: Plain): Promise<void> => {
  const { model } = store;
  const pk = historyPartition(keyOf(model, key));
  for await (const entry of every((position) => history(ctx, store, key, position)))
    if (entry.reason !== undefined)
      await ctx.db.send("Update", `${model.name}.forgetReasons`, {
        TableName: ctx.db.physical(model.table.id),
        Key: { pk, sk: historySort.of(entry) },
        UpdateExpression: "REMOVE #reason",
        ConditionExpression: "attribute_exists(pk)",
        ExpressionAttributeNames: { "#reason": "reason" },
      });
};
