import type { Violation } from "../errors.ts";

interface Fault {
  readonly path: readonly string[];
  readonly code: string;
  readonly detail: string;
}

const escape = (segment: PropertyKey): string => String(segment).replaceAll("~", "~0").replaceAll("/", "~1");

/** RFC 6901: `pointer("/query", ["limit"])`. */
export const pointer = (root: string, path: readonly PropertyKey[]): string => root + path.map((segment) => `/${escape(segment)}`).join("");

/** NUL ends a text and a lone surrogate is none, in most of the stores and programs that a text may travel to. */
const textFault = (text: string): Fault | undefined => {
  if (text.includes("\0")) return { path: [], code: "unsafe_text", detail: "Holds the character U+0000; remove it." };
  if (!text.isWellFormed())
    return { path: [], code: "unsafe_text", detail: "Holds half of a surrogate pair, which is no Unicode text; remove it or send the whole character." };
  return undefined;
};

/** A table keeps no number that is nearer to 0. */
const LEAST = 1e-130;

/** Beyond the safe integers readers disagree on what a number is. */
const numberFault = (value: number): Fault | undefined => {
  const size = Math.abs(value);
  if (size > Number.MAX_SAFE_INTEGER) return { path: [], code: "unsafe_number", detail: "Is beyond 2^53 - 1; send it as a text if it is an id." };
  if (size !== 0 && size < LEAST) return { path: [], code: "unsafe_number", detail: `Is nearer to 0 than ${LEAST}; send 0 or a larger number.` };
  return undefined;
};

const nameFault = (name: string): Fault | undefined => {
  if (name === "__proto__") return { path: [], code: "unknown_field", detail: 'A field named "__proto__" is never accepted; remove it.' };
  return name === "" ? { path: [], code: "unnamed_field", detail: "A field without a name is never accepted; name it or remove it." } : textFault(name);
};

const leafFault = (value: unknown): Fault | undefined => {
  if (typeof value === "string") return textFault(value);
  return typeof value === "number" ? numberFault(value) : undefined;
};

const faultsIn = (value: unknown): Fault[] => {
  if (typeof value !== "object" || value === null) return [leafFault(value) ?? []].flat();
  return Object.entries(value).flatMap(([name, child]) => {
    const named = nameFault(name);
    return (named ? [named] : faultsIn(child)).map((fault) => ({ ...fault, path: [name, ...fault.path] }));
  });
};

/** All in a parsed value that no schema should have to think of: fields without a name or named like the prototype, texts that are none, and numbers that no table keeps. */
export const malformations = (value: unknown, root: string): Violation[] =>
  faultsIn(value).map(({ path, code, detail }) => ({ pointer: pointer(root, path), code, detail }));
