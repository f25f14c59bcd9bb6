import { type Piece, VALUE, piecesOf } from "./markup.ts";

/** Attributes that lead somewhere, or fetch. */
const LINKS = new Set(["href", "src", "action", "formaction", "background", "poster", "cite", "data", "xlink:href"]);
/** Attributes in whose values escaping does not help: they hold scripts, styles, whole documents or lists of addresses. */
const isClosed = (attribute: string): boolean => attribute.startsWith("on") || ["style", "srcdoc", "srcset", "ping"].includes(attribute);

/** Addresses that mail programs open, and relative ones. Before the colon of any other scheme, as of a reference to a colon, nothing is read. */
const ADDRESS = /^(?:(?:https?|mailto|tel|cid):|[^:&]*(?:[/?#]|$))/i;
/** Browsers pass over what cannot be seen. */
const isSafe = (address: string): boolean => ADDRESS.test(address.replaceAll(/[\s\p{Cc}\p{Cf}]/gu, ""));
const isLink = ({ attribute = "" }: Piece): boolean => LINKS.has(attribute);

const faultOf = (html: string, piece: Piece): string | undefined => {
  const { kind, attribute = "", start, end } = piece;
  const text = html.slice(start, end);
  if (!text.includes(VALUE))
    return isLink(piece) && !isSafe(text) ? `The address in ${attribute} begins with none of http:, https:, mailto:, tel: and cid:.` : undefined;
  if (kind === "raw") return "A value stands in a script or a style, where it cannot be made harmless.";
  if (kind === "tag") return "A value stands in a tag outside of quotes; put the attribute's value in quotes.";
  return kind === "value" && isClosed(attribute) ? `A value stands in ${attribute}, where it cannot be made harmless.` : undefined;
};

/** What is wrong with the places of values, each of which is written `VALUE`, and with the addresses in HTML; each fault once. */
export const placeFaults = (html: string): readonly string[] => [...new Set([...piecesOf(html)].flatMap((piece) => faultOf(html, piece) ?? []))];

/** The HTML with `#` for each address that a value has turned into one of a scheme that runs or holds something. */
export const withSafeLinks = (html: string): string => {
  let [safe, from] = ["", 0];
  for (const piece of piecesOf(html)) {
    if (!isLink(piece) || isSafe(html.slice(piece.start, piece.end))) continue;
    safe += `${html.slice(from, piece.start)}#`;
    from = piece.end;
  }
  return safe + html.slice(from);
};
