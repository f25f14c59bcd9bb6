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

const faultIn = (value: unknown): Fault | undefined => {
  if (typeof value === "string") return textFault(value);
  if (typeof value === "number") return numberFault(value);
  if (typeof value !== "object" || value === null) return undefined;
  for (const [name, child] of Object.entries(value)) {
    const fault = nameFault(name) ?? faultIn(child);
    if (fault) return { ...fault, path: [name, ...fault.path] };
  }
  return undefined;
};

/** The first thing in a parsed value that no schema should have to think of: a field without a name or named like the prototype, a text that is none, or a number that no table keeps. */
export const malformation = (value: unknown, root: string): Violation | undefined => {
  const fault = faultIn(value);
  return fault && { pointer: pointer(root, fault.path), code: fault.code, detail: fault.detail };
};
