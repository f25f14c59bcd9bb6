/** An element, or a run of text, of a mail. */
export type MailNode = MailElement | string;
export interface MailElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: MailNode[];
}

/** Elements without an end tag. */
const VOID = new Set(["br", "hr", "img", "meta"]);
const DOCTYPE = "<!doctype html>";
const START = /<([a-z][a-z0-9]*)((?: [a-z][a-z-]*="[^"<>]*")*)>/y;
const END = /<\/([a-z][a-z0-9]*)>/y;
const TEXT = /[^<>]+/y;
const REFERENCES: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#34;": '"', "&#39;": "'" };

const decoded = (text: string): string =>
  text.replaceAll(/&[^&;]{0,6};?/g, (reference) => {
    const sign = REFERENCES[reference];
    if (sign === undefined) throw new Error(`No renderer of ours writes ${JSON.stringify(reference)} in ${JSON.stringify(text)}.`);
    return sign;
  });

const attributesIn = (text: string): Record<string, string> => {
  const pairs = [...text.matchAll(/ ([a-z-]+)="([^"]*)"/g)].map(([, name, value]) => [name!, decoded(value!)] as const);
  const attributes = Object.fromEntries(pairs);
  if (Object.keys(attributes).length !== pairs.length) throw new Error(`An attribute comes twice: ${text}`);
  return attributes;
};

const matchAt = (pattern: RegExp, html: string, at: number): RegExpExecArray | null => {
  pattern.lastIndex = at;
  return pattern.exec(html);
};

/**
 * The tree of a mail's HTML. It reads the plain HTML that our mails are made of, of which every reader makes the same
 * tree: names in small letters, values in double quotes, five characters by reference, each element closed. Anything
 * else throws, so that nothing is left to how a mail program repairs it.
 */
export const mailTree = (html: string): MailElement => {
  const whole: MailElement = { name: "", attributes: {}, children: [] };
  const open = [whole];
  let at = html.startsWith(DOCTYPE) ? DOCTYPE.length : 0;
  while (at < html.length) {
    const [start, end, text] = [START, END, TEXT].map((pattern) => matchAt(pattern, html, at));
    const found = start ?? end ?? text;
    if (!found) throw new Error(`No renderer of ours writes ${JSON.stringify(html.slice(at, at + 60))}.`);
    at += found[0].length;
    if (text) open.at(-1)!.children.push(decoded(text[0]));
    if (end && (open.length === 1 || open.pop()!.name !== end[1])) throw new Error(`${end[0]} closes nothing.`);
    if (!start) continue;
    const element: MailElement = { name: start[1]!, attributes: attributesIn(start[2]!), children: [] };
    open.at(-1)!.children.push(element);
    if (!VOID.has(element.name)) open.push(element);
  }
  if (open.length > 1) throw new Error(`${open.at(-1)!.name} is not closed.`);
  return whole;
};

/** Every element of a tree, in the order of its beginning. */
export const elementsOf = (node: MailElement): MailElement[] =>
  node.children.flatMap((child) => (typeof child === "string" ? [] : [child, ...elementsOf(child)]));

/** Everything that is shown, in one line. */
export const textOf = (node: MailElement): string => node.children.map((child) => (typeof child === "string" ? child : textOf(child))).join("");
