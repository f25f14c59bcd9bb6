import type * as z from "zod";
import type { Violation } from "../errors.ts";

const escape = (segment: PropertyKey): string => String(segment).replaceAll("~", "~0").replaceAll("/", "~1");
const pointer = (root: string, path: readonly PropertyKey[]): string => root + path.map((p) => `/${escape(p)}`).join("");

const codes: Readonly<Record<string, string>> = {
  invalid_type: "type",
  invalid_format: "format",
  too_small: "too_small",
  too_big: "too_big",
  unrecognized_keys: "unknown_field",
  invalid_value: "not_allowed",
  not_multiple_of: "multiple_of",
  invalid_union: "no_variant",
  custom: "rule",
};

/** Every issue of a failed parse as violations; an unknown field is pointed at by name. */
export const violationsOf = (error: z.core.$ZodError, root: string): Violation[] =>
  error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => ({ pointer: pointer(root, [...issue.path, key]), code: "unknown_field", detail: `The field "${key}" is not known here; remove it.` }));
    const missing = issue.code === "invalid_type" && issue.input === undefined;
    return [{ pointer: pointer(root, issue.path), code: missing ? "required" : (codes[issue.code] ?? issue.code), detail: missing ? `Required: ${issue.message}` : issue.message }];
  });

/** Parses one part of a request; violations go to `found`, so that all parts are reported in one answer. */
export const check = <T>(schema: z.ZodType<T> | undefined, value: unknown, root: string, found: Violation[]): T | undefined => {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  found.push(...violationsOf(result.error, root));
  return undefined;
};
