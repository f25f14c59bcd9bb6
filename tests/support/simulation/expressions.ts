import { isDeepStrictEqual } from "node:util";

export type Stored = Readonly<Record<string, unknown>>;

/** What the placeholders of one request stand for. */
export interface Marks {
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}
export type Condition = (item: Stored | undefined, marks: Marks) => boolean;

/** The parts of an update in the order of the expression. */
export interface UpdateParts {
  readonly set: readonly (readonly [name: string, value: string])[];
  readonly remove: readonly string[];
  readonly add: readonly (readonly [name: string, value: string])[];
}

/** A partition key, and what the sort key must be. */
export interface KeyCondition {
  readonly pk: readonly [name: string, value: string];
  readonly sk?: { readonly name: string; readonly kind: Comparison | "BETWEEN" | "begins_with"; readonly bounds: readonly string[] };
}
type Comparison = (typeof COMPARISONS)[number];

const COMPARISONS = ["=", "<", "<=", ">", ">="] as const;
const TOKEN = /\s*(#\w+|:\w+|[a-zA-Z_]\w*|<=|>=|[=<>(),])/y;

/** A reader of the expressions that the table layer writes, and of nothing else: whatever it does not know throws. */
const tokensOf = (expression: string): string[] => {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < expression.length) {
    const found = TOKEN.exec(expression);
    if (!found) throw new Error(`The memory store cannot read the expression "${expression}".`);
    tokens.push(found[1]!);
  }
  return tokens;
};

interface Cursor {
  peek(): string | undefined;
  next(): string;
  /** Takes the token if it comes next. */
  took(token: string): boolean;
  expect(token: string): void;
  name(): string;
  value(): string;
}

const cursorOf = (expression: string): Cursor => {
  const tokens = tokensOf(expression);
  let at = 0;
  const next = (): string => {
    const token = tokens[at++];
    if (token === undefined) throw new Error(`The expression "${expression}" ends too early.`);
    return token;
  };
  const took = (token: string): boolean => tokens[at] === token && ++at > 0;
  const one = (kind: RegExp): string => {
    const token = next();
    if (!kind.test(token)) throw new Error(`The memory store does not know "${token}" at this place of "${expression}".`);
    return token;
  };
  return {
    peek: () => tokens[at],
    next,
    took,
    expect: (token) => {
      if (!took(token)) throw new Error(`"${token}" is missing in "${expression}".`);
    },
    name: () => one(/^(#|[a-z_])/),
    value: () => one(/^:/),
  };
};

const memo = <T>(read: (expression: string) => T): ((expression: string) => T) => {
  const known = new Map<string, T>();
  return (expression) => {
    let found = known.get(expression);
    if (found === undefined) {
      found = read(expression);
      known.set(expression, found);
    }
    return found;
  };
};

export const attributeOf = (name: string, { names }: Marks): string => (name.startsWith("#") ? names[name]! : name);
export const valueOf = (value: string, { values }: Marks): unknown => values[value];

/** What DynamoDB answers to a request that is wrong in itself. */
export const invalidRequest = (message: string): Error =>
  Object.assign(new Error(message), { name: "ValidationException", $metadata: { httpStatusCode: 400, attempts: 1 } });

const isScalar = (value: unknown): boolean => typeof value !== "object" || value === null;
const equal = (a: unknown, b: unknown): boolean => (isScalar(a) || isScalar(b) ? a === b : isDeepStrictEqual(a, b));

const holds = (kind: Comparison, a: unknown, b: unknown): boolean => {
  if (kind === "=") return equal(a, b);
  if (typeof a === "number" && typeof b === "number") return ordered(kind, a - b);
  return typeof a === "string" && typeof b === "string" && ordered(kind, compareTexts(a, b));
};
const ordered = (kind: Comparison, difference: number): boolean =>
  kind === "<" ? difference < 0 : kind === "<=" ? difference <= 0 : kind === ">" ? difference > 0 : difference >= 0;

/** The order of texts by their UTF-8 bytes, which is that of their code points. */
export const compareTexts = (a: string, b: string): number => {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [one, other] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (one !== other) return rank(one) - rank(other);
  }
  return a.length - b.length;
};
/** Halves of surrogate pairs stand for what comes after the rest of the plane. */
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

export const readCondition = memo((expression): Condition => {
  const cursor = cursorOf(expression);
  const condition = alternatives(cursor);
  if (cursor.peek() !== undefined) throw new Error(`The memory store does not know "${cursor.peek()}" in "${expression}".`);
  return condition;
});

const alternatives = (cursor: Cursor): Condition => {
  const parts = [together(cursor)];
  while (cursor.took("OR")) parts.push(together(cursor));
  return parts.length === 1 ? parts[0]! : (item, marks) => parts.some((part) => part(item, marks));
};
const together = (cursor: Cursor): Condition => {
  const parts = [term(cursor)];
  while (cursor.took("AND")) parts.push(term(cursor));
  return parts.length === 1 ? parts[0]! : (item, marks) => parts.every((part) => part(item, marks));
};
const term = (cursor: Cursor): Condition => {
  for (const name of ["attribute_exists", "attribute_not_exists"] as const)
    if (cursor.took(name)) {
      cursor.expect("(");
      const attribute = cursor.name();
      cursor.expect(")");
      const wanted = name === "attribute_exists";
      return (item, marks) => (item?.[attributeOf(attribute, marks)] !== undefined) === wanted;
    }
  const attribute = cursor.name();
  const kind = comparison(cursor);
  const value = cursor.value();
  return (item, marks) => {
    const wanted = valueOf(value, marks);
    const stored = item?.[attributeOf(attribute, marks)];
    return stored !== undefined && holds(kind, stored, wanted);
  };
};
const comparison = (cursor: Cursor): Comparison => {
  const token = cursor.next();
  const found = COMPARISONS.find((one) => one === token);
  if (!found) throw new Error(`The memory store does not know the comparison "${token}".`);
  return found;
};

export const readUpdate = memo((expression): UpdateParts => {
  const cursor = cursorOf(expression);
  const parts = { set: [] as [string, string][], remove: [] as string[], add: [] as [string, string][] };
  const list = (one: () => void): void => {
    do one();
    while (cursor.took(","));
  };
  while (cursor.peek() !== undefined) {
    if (cursor.took("SET"))
      list(() => {
        const name = cursor.name();
        cursor.expect("=");
        parts.set.push([name, cursor.value()]);
      });
    else if (cursor.took("REMOVE")) list(() => parts.remove.push(cursor.name()));
    else if (cursor.took("ADD")) list(() => parts.add.push([cursor.name(), cursor.value()]));
    else throw new Error(`The memory store does not know "${cursor.peek()}" in "${expression}".`);
  }
  return parts;
});

export const readKeyCondition = memo((expression): KeyCondition => {
  const cursor = cursorOf(expression);
  const pk = [cursor.name(), (cursor.expect("="), cursor.value())] as const;
  if (!cursor.took("AND")) return { pk };
  if (cursor.took("begins_with")) {
    cursor.expect("(");
    const name = cursor.name();
    cursor.expect(",");
    const bounds = [cursor.value()];
    cursor.expect(")");
    return { pk, sk: { name, kind: "begins_with", bounds } };
  }
  const name = cursor.name();
  if (!cursor.took("BETWEEN")) return { pk, sk: { name, kind: comparison(cursor), bounds: [cursor.value()] } };
  const low = cursor.value();
  cursor.expect("AND");
  return { pk, sk: { name, kind: "BETWEEN", bounds: [low, cursor.value()] } };
});

const placeholdersOf = memo((expressions): readonly string[] => [...new Set(expressions.match(/[#:]\w+/g))]);

/** DynamoDB refuses a request that uses what it does not define, or defines what none of its expressions uses. */
export const requireUsed = (expressions: string, { names, values }: Marks): void => {
  const used = placeholdersOf(expressions);
  const missing = used.find((mark) => (mark.startsWith("#") ? names : values)[mark] === undefined);
  if (missing !== undefined) throw invalidRequest(`An expression attribute used in an expression is not defined: ${missing}`);
  const given = Object.keys(names).length + Object.keys(values).length;
  if (given > used.length) throw invalidRequest(`Value unused in expressions: ${[...Object.keys(names), ...Object.keys(values)].join(", ")}`);
};
