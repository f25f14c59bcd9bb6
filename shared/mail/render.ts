import { Liquid, type LiquidOptions, type TagToken, TokenKind, Tokenizer } from "liquidjs";
import { type Violation, unprocessable } from "../kernel/errors.ts";
import { oneLine } from "./one-line.ts";
import { VALUE, placeFaults, withSafeLinks } from "./value-places.ts";

/** A mail as people of an org write it, in Liquid. `variables` declares what may stand in it: names with their meaning. */
export interface MailTemplate {
  readonly subject: string;
  readonly body_html: string;
  readonly body_text?: string | undefined;
  readonly variables: Readonly<Record<string, string>>;
}
export type Values = Readonly<Record<string, string | number | boolean>>;

/** Ready to be sent. Without a text the mail service makes one of the HTML. */
export interface RenderedMail {
  readonly subject: string;
  readonly html: string;
  readonly text?: string;
}

/** What the engine says when `renderLimit` is passed. */
const OUT_OF_TIME = "template render limit exceeded";
const MOST_BYTES = 200_000;
const MOST_SUBJECT = 500;
/** The mail service takes no mail without a subject, and what stands in one may be empty, or nothing that anybody sees. */
const NO_SUBJECT = "(no subject)";
const PARTS = ["subject", "body_html", "body_text"] as const;
type Part = (typeof PARTS)[number];

/** What a template may do: choose and repeat. Nothing reads files, draws chance, tells the time or lets markup through. */
const TAGS = new Set(["if", "unless", "case", "for", "break", "continue", "comment", "assign"]);
const FILTERS = new Set(
  "append at_least at_most capitalize ceil default divided_by downcase first floor join last minus modulo plus prepend replace round size split strip times truncate truncatewords upcase".split(
    " ",
  ),
);
/**
 * `templates: {}` takes the file system away; the limits are characters, milliseconds and bytes. The time is the clock's, so it
 * must be long against the pauses of a small function, or a plain mail fails by chance.
 */
const options: LiquidOptions = {
  templates: {},
  strictVariables: true,
  strictFilters: true,
  ownPropertyOnly: true,
  parseLimit: 100_000,
  renderLimit: 500,
  memoryLimit: 2_000_000,
};

const engineWith = (more: LiquidOptions): Liquid => {
  const engine = new Liquid({ ...options, ...more });
  for (const tag of Object.keys(engine.tags)) if (!TAGS.has(tag)) delete engine.tags[tag];
  for (const filter of Object.keys(engine.filters)) if (!FILTERS.has(filter)) delete engine.filters[filter];
  return engine;
};
const plain = engineWith({});
/** Every value that is put into HTML is escaped; there is no filter that undoes it, and no place for one where that is not enough. */
const escaping = engineWith({ outputEscape: "escape" });
/** Shows where values come to stand in one rendering: which branches are taken decides on it as well. */
const marking = engineWith({ outputEscape: () => VALUE });
const engineOf = (part: Part): Liquid => (part === "body_html" ? escaping : plain);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message.split("\n")[0]!.slice(0, 300) : "cannot be read");

/** The HTML of a template with all of its branches, and `VALUE` for whatever is put in. Tags and comments leave nothing behind. */
const htmlAround = (text: string): string => {
  let within_comment = false;
  const left = new Tokenizer(text).readTopLevelTokens().map((token) => {
    if (token.kind === TokenKind.Tag) {
      const { name } = token as TagToken;
      if (name === "comment" || name === "endcomment") within_comment = name === "comment";
      return "";
    }
    if (within_comment) return "";
    return token.kind === TokenKind.Output ? VALUE : token.getText();
  });
  return left.join("");
};

/** Values in places where escaping does not help, and addresses that no mail should have. */
const markupFaults = (part: Part, text: string): Violation[] =>
  part === "body_html" ? placeFaults(htmlAround(text)).map((detail) => ({ pointer: `/${part}`, code: "markup", detail })) : [];

/** What is wrong with one part: that it cannot be read, or each variable that is not declared and each value in a wrong place. */
const faultsOf = (part: Part, text: string, declared: ReadonlySet<string>): Violation[] => {
  try {
    const engine = engineOf(part);
    const used = engine.globalFullVariablesSync(engine.parse(text)).map(String);
    const unknown = [...new Set(used)].filter((name) => !declared.has(name));
    return [
      ...unknown.map((name) => ({ pointer: `/${part}`, code: "unknown_variable", detail: `The variable "${name}" is not declared in variables.` })),
      ...markupFaults(part, text),
    ];
  } catch (error) {
    return [{ pointer: `/${part}`, code: "template", detail: messageOf(error) }];
  }
};

/** Everything that would keep a template from being rendered: unreadable parts, forbidden tags and filters, undeclared variables, values outside of text and quotes. */
export const faultsIn = (template: MailTemplate): Violation[] => {
  const declared = new Set(Object.keys(template.variables));
  return PARTS.flatMap((part) => {
    const text = template[part];
    return text === undefined ? [] : faultsOf(part, text, declared);
  });
};

const missingIn = ({ variables }: MailTemplate, values: Values): Violation[] =>
  Object.keys(variables)
    .filter((name) => !Object.hasOwn(values, name))
    .map((name) => ({ pointer: `/variables/${name}`, code: "missing_variable", detail: `The template declares "${name}"; give it a value.` }));

const valuesFor = ({ variables }: MailTemplate, values: Values): Values =>
  Object.fromEntries(
    Object.keys(variables).map((name) => {
      const value = values[name]!;
      return [name, typeof value === "string" ? oneLine(value) : value];
    }),
  );

/** What a limit, or a filter of a template, has cut within a character is no text; its half goes. */
const wholeCharacters = (text: string): string => text.replaceAll(/\p{Surrogate}/gu, "");
const subjectOf = (rendered: string): string => wholeCharacters(oneLine(rendered).slice(0, MOST_SUBJECT)) || NO_SUBJECT;

/**
 * Renders a mail. What is not declared stays outside; what is declared must be given.
 * Throws DomainError `template_invalid` with all faults, `missing_variables` with all that are missing, or
 * `template_failed` when a limit is passed, twice 500 ms, 2 MB of memory or 200 KB of mail, or when the branches that are
 * taken put a value where escaping does not help.
 */
export const renderMail = (template: MailTemplate, values: Values): RenderedMail => {
  const faults = faultsIn(template);
  if (faults.length > 0) throw unprocessable("template_invalid", faults.map(({ detail }) => detail).join(" "), faults);
  const missing = missingIn(template, values);
  if (missing.length > 0) throw unprocessable("missing_variables", missing.map(({ detail }) => detail).join(" "), missing);
  const scope = valuesFor(template, values);
  const [subject, html, text] = PARTS.map((part) => renderPart(part, template[part], scope));
  return { subject: subjectOf(subject!), html: html!, ...(text === undefined ? {} : { text }) };
};

/** The engine measures time that passes, not work: a small template that a busy machine held up is given another try. */
const renderTwice = (engine: Liquid, text: string, scope: Values): string => {
  const parsed = engine.parse(text);
  try {
    return engine.renderSync(parsed, scope);
  } catch (error) {
    if (!messageOf(error).startsWith(OUT_OF_TIME)) throw error;
    return engine.renderSync(parsed, scope);
  }
};

const renderPart = (part: Part, text: string | undefined, scope: Values): string | undefined => {
  if (text === undefined) return undefined;
  try {
    const [fault] = part === "body_html" ? placeFaults(renderTwice(marking, text, scope)) : [];
    if (fault !== undefined) throw new Error(fault);
    const rendered = wholeCharacters(renderTwice(engineOf(part), text, scope));
    if (Buffer.byteLength(rendered) > MOST_BYTES) throw new Error(`becomes more than ${MOST_BYTES} bytes`);
    return part === "body_html" ? withSafeLinks(rendered) : rendered;
  } catch (error) {
    throw unprocessable("template_failed", `The template's ${part} cannot be rendered: ${messageOf(error)}`, [
      { pointer: `/${part}`, code: "template_failed", detail: messageOf(error) },
    ]);
  }
};
