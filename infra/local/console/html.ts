/** Text that is safe to send as HTML. Only `html` makes it. */
export interface Html {
  readonly markup: string;
}

type Part = Html | string | number | undefined | readonly Part[];

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
export const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => entities[character]!);

const markupOf = (part: Part): string => {
  if (part === undefined) return "";
  if (Array.isArray(part)) return part.map(markupOf).join("");
  return typeof part === "object" ? (part as Html).markup : escape(String(part));
};

/** Everything put into the template is escaped, unless it is made by `html` itself. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  markup: strings.reduce((text, string, at) => text + markupOf(parts[at - 1]) + string),
});
