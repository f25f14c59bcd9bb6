/** A stretch of HTML, from `start` to `end`: what a browser makes of a text that stands there. */
export interface Piece {
  /** `text` is shown, `value` is an attribute's in quotes; `tag` is all else between `<` and `>`, `raw` what scripts and styles hold. */
  readonly kind: "text" | "comment" | "tag" | "value" | "raw";
  /** Of a value, in small letters. */
  readonly attribute?: string;
  readonly start: number;
  readonly end: number;
}

/** Stands for a value in the HTML around it; no value can hold it. */
export const VALUE = "\u0001";

const SPACE = new Set(" \t\n\f\r");
const isSpace = (sign: string): boolean => SPACE.has(sign);
/** A value may begin with a letter. */
const isNameStart = (sign = ""): boolean => sign === VALUE || /[a-z]/i.test(sign);

/** Elements that end with their own end tag alone, whatever stands in them; the text of some is shown. */
const SHOWN = new Set(["title", "textarea"]);
const RAW = new Set(["script", "style", "xmp", "iframe", "noembed", "noframes", "plaintext"]);

/** The first place from `at` on whose sign is no more of a kind. */
const past = (html: string, at: number, isOfKind: (sign: string) => boolean): number => {
  let end = at;
  while (end < html.length && isOfKind(html[end]!)) end += 1;
  return end;
};

const behind = (html: string, sought: string, from: number): number => {
  const found = html.indexOf(sought, from);
  return found < 0 ? html.length : found + sought.length;
};

/** Comments end at `-->` or `--!>`, and an empty one at `>` or `->`. */
const commentEnd = (html: string, open: number): number => {
  const body = open + "<!--".length;
  const empty = [">", "->"].find((end) => html.startsWith(end, body));
  if (empty !== undefined) return body + empty.length;
  // One search for both: the one that is not there would be sought to the end of the text, for each comment.
  const end = /--!?>/g;
  end.lastIndex = body;
  return end.exec(html) === null ? html.length : end.lastIndex;
};

/** The value of an attribute from `at`, behind the `=`. */
const valueOf = (html: string, at: number): { readonly start: number; readonly end: number; readonly next: number; readonly quoted: boolean } => {
  const quote = html[at];
  if (quote !== '"' && quote !== "'") {
    const end = past(html, at, (sign) => !isSpace(sign) && sign !== ">");
    return { start: at, end, next: end, quoted: false };
  }
  const close = html.indexOf(quote, at + 1);
  const end = close < 0 ? html.length : close;
  return { start: at + 1, end, next: Math.min(end + 1, html.length), quoted: true };
};

/** The pieces of a tag from its first attribute on, and where the tag ends. */
function* attributesOf(html: string, from: number): Generator<Piece, number> {
  let at = from;
  for (;;) {
    const name = past(html, at, (sign) => isSpace(sign) || sign === "/");
    if (name > at) yield { kind: "tag", start: at, end: name };
    if (name >= html.length || html[name] === ">") return Math.min(name + 1, html.length);
    // An equals sign at the beginning is part of the name.
    const nameEnd = past(html, name + 1, (sign) => !isSpace(sign) && !"/>=".includes(sign));
    yield { kind: "tag", start: name, end: nameEnd };
    at = nameEnd;
    const equals = past(html, nameEnd, isSpace);
    if (html[equals] !== "=") continue;
    const { start, end, next, quoted } = valueOf(html, past(html, equals + 1, isSpace));
    yield { kind: quoted ? "value" : "tag", attribute: html.slice(name, nameEnd).toLowerCase(), start, end };
    at = next;
  }
}

/** Where the end tag of an element begins. */
const endTagOf = (html: string, name: string, from: number): number => {
  for (let at = html.indexOf("</", from); at >= 0; at = html.indexOf("</", at + 2))
    if (html.slice(at + 2, at + 2 + name.length).toLowerCase() === name) return at;
  return html.length;
};

function* tagAt(html: string, open: number): Generator<Piece, number> {
  const name = html[open + 1] === "/" ? open + 2 : open + 1;
  const nameEnd = past(html, name, (sign) => !isSpace(sign) && !"/>".includes(sign));
  yield { kind: "tag", start: open, end: nameEnd };
  const end = yield* attributesOf(html, nameEnd);
  const element = html.slice(open + 1, nameEnd).toLowerCase();
  if (!SHOWN.has(element) && !RAW.has(element)) return end;
  const close = endTagOf(html, element, end);
  yield { kind: SHOWN.has(element) ? "text" : "raw", start: end, end: close };
  return close;
}

/** The pieces of an HTML text as browsers read it (WHATWG HTML, 13.2.5), one after another. */
export function* piecesOf(html: string): Generator<Piece> {
  let at = 0;
  while (at < html.length) {
    const found = html.indexOf("<", at);
    const open = found < 0 ? html.length : found;
    if (open > at) yield { kind: "text", start: at, end: open };
    at = open;
    if (open === html.length) return;
    if (isNameStart(html[open + 1]) || (html[open + 1] === "/" && isNameStart(html[open + 2]))) at = yield* tagAt(html, open);
    else if (html.startsWith("<!--", open)) yield { kind: "comment", start: open, end: (at = commentEnd(html, open)) };
    else if ("!?/".includes(html[open + 1] ?? " ")) yield { kind: "tag", start: open, end: (at = behind(html, ">", open)) };
    else yield { kind: "text", start: open, end: (at = open + 1) };
  }
}
