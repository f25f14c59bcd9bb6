import { Parser } from "htmlparser2";

/** Stands for a value in the HTML around it: letters, since a value may begin with one. */
export const VALUE = "zqvaluezq";

/** Attributes that lead somewhere, or fetch. */
const LINKS = new Set(["href", "src", "action", "formaction", "background", "poster", "cite", "data", "xlink:href"]);
/** Attributes in whose values escaping does not help: they hold scripts, styles, whole documents or lists of addresses. */
const isClosed = (attribute: string): boolean => attribute.startsWith("on") || ["style", "srcdoc", "srcset", "ping"].includes(attribute);
/** Elements whose text is read by something else than people. */
const RAW = new Set(["script", "style", "xmp", "iframe", "noembed", "noframes", "plaintext"]);

/** Addresses that mail programs open, and relative ones: no colon comes first, nor a reference that would be one if it were read twice. */
const ADDRESS = /^(?:(?:https?|mailto|tel|cid):|[^:&/?#]*(?:[/?#]|$))/i;
/** Browsers pass over what cannot be seen. */
const isSafe = (address: string): boolean => ADDRESS.test(address.replaceAll(/[\s\p{Cc}\p{Cf}]/gu, ""));

/** A stretch of HTML in which a value may stand, as browsers read it. */
interface Piece {
  /** `text` and `comment` are read by people or by nobody, `raw` is what scripts and styles hold, `name` one of an element or attribute. */
  readonly kind: "text" | "comment" | "raw" | "name" | "quoted" | "bare";
  /** With references read; of an attribute its value. */
  readonly text: string;
  readonly attribute?: { readonly name: string; readonly start: number; readonly end: number };
}

/** The pieces of an HTML text in their order. End tags and what stands in declarations are none. */
const piecesOf = (html: string): Piece[] => {
  const pieces: Piece[] = [];
  let raw: string | undefined;
  const parser = new Parser({
    onopentagname: (text) => void pieces.push({ kind: "name", text }),
    onattribute: (name, text, quote) => {
      const attribute = { name, start: parser.startIndex, end: parser.endIndex };
      pieces.push({ kind: "name", text: name }, { kind: quote ? "quoted" : "bare", text, attribute });
    },
    onopentag: (name) => {
      if (RAW.has(name)) raw = name;
    },
    onclosetag: (name) => {
      if (name === raw) raw = undefined;
    },
    ontext: (text) => void pieces.push({ kind: raw === undefined ? "text" : "raw", text }),
    oncomment: (text) => void pieces.push({ kind: "comment", text }),
  });
  parser.end(html);
  return pieces;
};

const isUnsafeLink = ({ text, attribute }: Piece): boolean => attribute !== undefined && LINKS.has(attribute.name) && !isSafe(text);

const OUTSIDE = "A value stands in a tag outside of quotes; put the attribute's value in quotes.";

const faultOf = (piece: Piece): string | undefined => {
  const { kind, text, attribute: { name } = { name: "" } } = piece;
  if (!text.includes(VALUE)) return isUnsafeLink(piece) ? `The address in ${name} begins with none of http:, https:, mailto:, tel: and cid:.` : undefined;
  if (kind === "raw") return "A value stands in a script or a style, where it cannot be made harmless.";
  if (kind === "name" || kind === "bare") return OUTSIDE;
  return isClosed(name) ? `A value stands in ${name}, where it cannot be made harmless.` : undefined;
};

const valuesIn = (text: string): number => text.split(VALUE).length - 1;

/**
 * What is wrong with the places of values, each of which is written `VALUE`, and with the addresses in HTML; each fault once.
 * A value that is in no piece stands in an end tag or a declaration.
 */
export const placeFaults = (html: string): readonly string[] => {
  const pieces = piecesOf(html);
  const found = pieces.reduce((sum, { text }) => sum + valuesIn(text), 0);
  const faults = pieces.flatMap((piece) => faultOf(piece) ?? []);
  return [...new Set(found < valuesIn(html) ? [...faults, OUTSIDE] : faults)];
};

/** The HTML with `#` for each address that a value has turned into one of a scheme that runs or holds something. */
export const withSafeLinks = (html: string): string => {
  let [safe, from] = ["", 0];
  for (const { attribute } of piecesOf(html).filter(isUnsafeLink)) {
    safe += `${html.slice(from, attribute!.start)}${attribute!.name}="#"`;
    from = attribute!.end;
  }
  return safe + html.slice(from);
};
