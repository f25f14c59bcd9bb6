import type * as z from "zod";
import type { AnyEntity } from "../../../shared/kernel/table/entity.ts";

type Values = Readonly<Record<string, unknown>>;

/** Made so that the same words always give the same id. */
export const uuidOf = (words: string): string => {
  let [high, low] = [0x811c9dc5, 0x1b873593];
  for (const letter of words) {
    high = Math.imul(high ^ letter.charCodeAt(0), 0x01000193);
    low = Math.imul(low + letter.charCodeAt(0), 0x85ebca6b) ^ (low >>> 13);
  }
  const hex = (high >>> 0).toString(16).padStart(8, "0") + (low >>> 0).toString(16).padStart(8, "0");
  return `019e1b9a-${hex.slice(0, 4)}-7${hex.slice(4, 7)}-8${hex.slice(7, 10)}-${hex.slice(10).padEnd(12, "0")}`;
};

const day = (n: number): string => `2026-11-${String((n % 28) + 1).padStart(2, "0")}`;
const textsFor = (field: string, n: number): string[] => [
  uuidOf(`${field} ${n}`),
  `${day(n)}T09:00:00.000Z`,
  day(n),
  `${2026 + Math.floor(n / 12)}-${String((n % 12) + 1).padStart(2, "0")}`,
  `https://soundcloud.com/artist-${n}/track-${n}`,
  `https://soundcloud.com/artist-${n}`,
  `${field.replaceAll("_", "-")}-${n}@example.com`,
  `sample-${field.replaceAll("_", "-")}-${n}`,
  `0.${String(n + 1).padStart(3, "0")}`,
  `${n}.00`,
  "UTC",
  `0.${String(n + 1).padStart(4, "0")}`,
  String(n % 10_000).padStart(4, "0"),
];

const mayBeMissing = (schema: z.ZodType): boolean => schema.safeParse(undefined).success;
const pickOf = (values: readonly unknown[], n: number): unknown => values[n % values.length];

/** Something that the schema accepts, differing with `n` where the schema allows it; undefined when there is nothing simple. */
const valueOf = (schema: z.ZodType, field: string, n: number): unknown => {
  const { def } = schema._zod as { def: any };
  switch (def.type) {
    case "string": {
      // A plain string accepts an id; a word says more.
      const texts = textsFor(field, n);
      return [texts[7], ...texts].find((text) => schema.safeParse(text).success);
    }
    case "number":
      return [n + 1, n, 0, 1, 100].find((value) => schema.safeParse(value).success);
    case "boolean":
      return false;
    case "enum":
      return pickOf(Object.values(def.entries), n);
    case "literal":
      return def.values[0];
    case "array":
      return [[], [valueOf(def.element, field, n)]].find((value) => schema.safeParse(value).success);
    case "object":
      return Object.fromEntries(Object.entries<z.ZodType>(def.shape).flatMap(([name, part]) => (mayBeMissing(part) ? [] : [[name, valueOf(part, name, n)]])));
    case "record":
      return {};
    case "union":
      return valueOf(def.options[0], field, n);
    case "nullable":
    case "optional":
    case "default":
    case "readonly":
      return valueOf(def.innerType, field, n);
    case "pipe":
      return valueOf(def.in, field, n);
    default:
      return undefined;
  }
};

/** What an entity's rule asks beyond its fields, by entity. A new entity with a rule may need a row here. */
const uploaded = ({ org_id, upload_key }: Values): Values => ({
  upload_key: String(upload_key).startsWith("sample-") ? `${String(org_id)}/imports/sample.csv` : upload_key,
});

const RULES: Readonly<Record<string, (wanted: Values) => Values>> = {
  Submission: ({ demand_since, client_id }) => ({
    ...(client_id === undefined ? { member_id: uuidOf("member") } : {}),
    ...(demand_since === undefined ? {} : { status: "approved" }),
  }),
  // Ready to be moved through all of its states.
  Campaign: ({ end_date, goal_reposts }) => ({
    start_date: "2026-11-01",
    end_date: end_date ?? "2099-12-31",
    goal_reposts: goal_reposts ?? 10,
    approved_at: "2026-11-01T09:00:00.000Z",
    baseline_captured_at: "2026-11-01T09:00:00.000Z",
  }),
  Wallet: () => ({ balance: 1, cap: 3, monthly_grant: 1 }),
  Import: uploaded,
  SocialImport: uploaded,
};

/**
 * Input for an item of any entity: its required fields, those that `with` names, and `fixed`. The same `n` gives the
 * same item; texts, numbers and dates ascend with it.
 */
export const sampleOf = (
  entity: AnyEntity,
  n: number,
  { fixed = {}, named = [] }: { readonly fixed?: Values; readonly named?: readonly string[] } = {},
): Values => {
  const { fields, filled } = entity.model;
  const given: Record<string, unknown> = {};
  for (const [field, schema] of Object.entries(fields)) {
    const needed = !mayBeMissing(schema) || (named.includes(field) && !filled.some((one) => one.field === field));
    if (needed && !(field in fixed)) given[field] = valueOf(schema, field, n);
  }
  const item = { ...given, ...fixed };
  return { ...item, ...RULES[entity.name]?.(item) };
};
