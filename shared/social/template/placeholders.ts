import type { Violation } from "../../kernel/errors.ts";

const PLACEHOLDER = /\{([a-z][a-z0-9_]{0,49})\}/g;

/** The names in a caption's template, each once, in the order in which they stand there. */
export const placeholdersIn = (template: string): string[] => [...new Set([...template.matchAll(PLACEHOLDER)].map((match) => match[1]!))];

/** A brace that is no part of a placeholder, which is a slip of the pen more often than a brace that is meant. */
export const strayBrace = (template: string): string | undefined => {
  const at = template.replaceAll(PLACEHOLDER, (placeholder) => " ".repeat(placeholder.length)).search(/[{}]/);
  return at < 0 ? undefined : template.slice(Math.max(0, at - 10), at + 20);
};

export type Values = Readonly<Record<string, string>>;

/** Placeholders without a value and values without a placeholder, all of them. */
export const valueViolations = (template: string, values: Values): Violation[] => {
  const names = placeholdersIn(template);
  const pointer = (name: string): string => `/values/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  const missing = names.filter((name) => !Object.hasOwn(values, name));
  const unknown = Object.keys(values).filter((name) => !names.includes(name));
  return [
    ...missing.map((name) => ({ pointer: pointer(name), code: "required", detail: `The template has the placeholder {${name}}; give its value.` })),
    ...unknown.map((name) => ({ pointer: pointer(name), code: "unknown_placeholder", detail: `The template has no placeholder {${name}}.` })),
  ];
};

/** The caption with every placeholder replaced once; what a value has in braces stays as it is. */
export const filled = (template: string, values: Values): string => template.replaceAll(PLACEHOLDER, (_, name: string) => values[name]!);
