import type * as z from "zod";
import { type DomainError, type Violation, invalid } from "../errors.ts";
import { pointer } from "../json/well-formed.ts";

/** More than this are counted, not listed: a reply has its limits, and so has a reader. */
const MOST_LISTED = 100;
const LONGEST_NAME = 100;

const codes: Readonly<Record<string, string>> = {
  invalid_type: "type",
  invalid_format: "format",
  too_small: "too_small",
  too_big: "too_big",
  unrecognized_keys: "unknown_field",
  invalid_value: "not_allowed",
  not_multiple_of: "multiple_of",
  invalid_union: "no_variant",
  invalid_key: "bad_name",
  invalid_element: "bad_element",
  custom: "rule",
};

/** What zod reports of a field that was not sent: none of its types, values or variants fits. */
const absence = new Set(["invalid_type", "invalid_value", "invalid_union"]);

/** Every issue of a failed parse as violations; an unknown field is pointed at by name. */
export const violationsOf = (error: z.core.$ZodError, root: string): Violation[] =>
  error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownField(pointer(root, [...issue.path, key].map(shortened)), shortened(key)));
    const at = pointer(root, issue.path.map(shortened));
    if (absence.has(issue.code) && issue.input === undefined) return [{ pointer: at, code: "required", detail: `Required: ${issue.message}` }];
    return [{ pointer: at, code: codes[issue.code] ?? issue.code, detail: issue.message }];
  });

const unknownField = (at: string, name: string): Violation => ({
  pointer: at,
  code: "unknown_field",
  detail: `The field "${name}" is not known here; remove it.`,
});

const shortened = <T extends PropertyKey>(name: T): T | string =>
  typeof name === "string" && name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME).toWellFormed()}…` : name;

/** Parses one part of a request; violations go to `found`, so that all parts are reported in one answer. */
export const check = <T>(schema: z.ZodType<T>, value: unknown, root: string, found: Violation[]): T | undefined => {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  for (const violation of violationsOf(result.error, root)) found.push(violation);
  return undefined;
};

/** One refusal for all that was found. */
export const refusal = (found: readonly Violation[], code?: string): DomainError => {
  const left = found.length - MOST_LISTED;
  if (left <= 0) return invalid(found, code);
  return invalid([...found.slice(0, MOST_LISTED), { pointer: "", code: "more", detail: `${left} more violations are not listed.` }], code);
};
