import { once } from "../once.ts";
import { fixedDefaults } from "./faces.ts";
import type { Model, Plain } from "./model.ts";

export type Load = (stored: Plain) => Plain;

/**
 * Turns stored attributes into an item: upgrades old shapes, fills in fixed defaults of fields that were added later,
 * and leaves out everything that is not a field.
 */
export const loader = (model: Model): Load => {
  const names = [...model.names, "version", "created_at", "updated_at"];
  const defaults = once(() => fixedDefaults(model));
  return (stored) => {
    const whole = model.compaction ? model.compaction.expand(stored) : upgrade(model, stored);
    const item: Plain = {};
    for (const name of names) if (whole[name] !== undefined) item[name] = whole[name];
    for (const [name, value] of defaults()) item[name] ??= structuredClone(value);
    return item;
  };
};

const upgrade = (model: Model, stored: Plain): Plain => {
  const { upgrades: steps } = model.definition;
  if (steps === undefined) return stored;
  return steps.slice(stored._v ?? 0).reduce((old, step) => step(old), stored);
};
