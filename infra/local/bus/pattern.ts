/** A pattern as EventBridge and event source filters have it: fields to lists of allowed values or of rules. */
export type Pattern = { readonly [field: string]: unknown };

type Rule = (operand: never, value: unknown, exists: boolean) => boolean;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

const withCase = (operand: string | { readonly "equals-ignore-case": string }, value: unknown, test: (value: string, operand: string) => boolean): boolean => {
  if (typeof value !== "string") return false;
  return typeof operand === "string" ? test(value, operand) : test(value.toLowerCase(), operand["equals-ignore-case"].toLowerCase());
};

const wildcard = (operand: string): RegExp =>
  new RegExp(
    `^${operand
      .split("*")
      .map((part) => RegExp.escape(part))
      .join(".*")}$`,
    "s",
  );

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  "=": (value, bound) => value === bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
};

const numeric = (operand: readonly (string | number)[], value: unknown): boolean => {
  if (typeof value !== "number") return false;
  const pairs = Array.from({ length: operand.length / 2 }, (_, at) => [String(operand[2 * at]), Number(operand[2 * at + 1])] as const);
  return pairs.every(([comparison, bound]) => comparisons[comparison]?.(value, bound) ?? unsupported(`numeric ${comparison}`));
};

const rules: Readonly<Record<string, Rule>> = {
  exists: (operand: boolean, _, exists) => exists === operand,
  prefix: (operand: string, value) => withCase(operand, value, (text, start) => text.startsWith(start)),
  suffix: (operand: string, value) => withCase(operand, value, (text, end) => text.endsWith(end)),
  "equals-ignore-case": (operand: string, value) => typeof value === "string" && value.toLowerCase() === operand.toLowerCase(),
  wildcard: (operand: string, value) => typeof value === "string" && wildcard(operand).test(value),
  "anything-but": (operand: unknown, value, exists) => exists && !(Array.isArray(operand) ? operand : [operand]).some((rule) => meets(rule, value, exists)),
  numeric: (operand: readonly (string | number)[], value) => numeric(operand, value),
};

const unsupported = (what: string): never => {
  throw new Error(`The pattern operator ${what} is not supported by the local cloud. Add it in infra/local/bus/pattern.ts.`);
};

const meets = (rule: unknown, value: unknown, exists: boolean): boolean => {
  if (!isObject(rule)) return exists && value === rule;
  const [operator, operand] = Object.entries(rule)[0] ?? ["", undefined];
  return Object.hasOwn(rules, operator) ? rules[operator]!(operand as never, value, exists) : unsupported(operator);
};

const fieldMatches = (rule: unknown, value: unknown, exists: boolean): boolean => {
  if (!Array.isArray(rule)) return (Array.isArray(value) ? value : [value]).some((item) => matches(rule as Pattern, isObject(item) ? item : {}));
  const values: unknown[] = Array.isArray(value) && value.length > 0 ? value : [value];
  return rule.some((one) => values.some((item) => meets(one, item, exists)));
};

/** Whether an event has what the pattern asks for. A list in the event matches when one of its values does. */
export const matches = (pattern: Pattern, event: unknown): boolean =>
  Object.entries(pattern).every(([field, rule]) => {
    if (field === "$or") return (rule as readonly Pattern[]).some((one) => matches(one, event));
    const exists = isObject(event) && Object.hasOwn(event, field);
    return fieldMatches(rule, exists ? event[field] : undefined, exists);
  });

const checkRules = (rule: unknown): void => {
  if (isObject(rule)) meets(rule, undefined, false);
};

/** Throws for an operator that `matches` does not know, so that it is found at the start and not by the first event. */
export const checkPattern = (pattern: Pattern): void => {
  for (const [field, rule] of Object.entries(pattern)) {
    if (field === "$or") for (const one of rule as readonly Pattern[]) checkPattern(one);
    else if (Array.isArray(rule)) rule.forEach(checkRules);
    else if (isObject(rule)) checkPattern(rule);
  }
};
