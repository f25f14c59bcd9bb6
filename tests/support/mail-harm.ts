import type { MailTemplate, RenderedMail } from "../../shared/mail/render.ts";
import { type MailElement, elementsOf, mailTree, textOf } from "./mail-tree.ts";

/** Every variable in every place that a template may give it. */
export const everyPlace = (fields: readonly string[]): MailTemplate => ({
  subject: fields
    .map((field) => `{{ ${field} }}`)
    .join(" - ")
    .slice(0, 300),
  body_html: fields
    .map(
      (field) =>
        `<p title="{{ ${field} }}">{{ ${field} }}</p><p><a href="{{ ${field} }}">To {{ ${field} }}</a><img src="{{ ${field} }}" alt="{{ ${field} }}"></p>`,
    )
    .join(""),
  body_text: fields.map((field) => `{{ ${field} }}`).join("\n\n"),
  variables: Object.fromEntries(fields.map((field) => [field, "What it is"])),
});

/** Signs may be replaced, letters and digits must arrive; of an address in a name the system mails take out what makes it a link. */
const lettersOf = (text: string): string => text.replaceAll(/www\.|[^\p{L}\p{N}]/giu, "");
/** What nobody sees and some program obeys: line breaks, controls, signs that turn the direction of reading. */
export const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const LINKS = new Set(["href", "src"]);
const SCHEMES = new Set(["http:", "https:", "mailto:", "tel:", "cid:"]);
/** Where a browser would go. */
const schemeOf = (address: string): string => URL.parse(address, "https://app.example")?.protocol ?? "https:";

const shapeOf = (tree: MailElement): string => JSON.stringify(elementsOf(tree).map(({ name, attributes }) => [name, ...Object.keys(attributes)]));

/** What stands in the harmless mail, and the text in its place. */
type Exchange = readonly [harmless: string, hostile: string];

/** What the texts have done to a mail that they should not. */
export const harmDone = (harmless: RenderedMail, mail: RenderedMail, exchanges: readonly Exchange[]): string[] => {
  const [before, after] = [mailTree(harmless.html), mailTree(mail.html)];
  if (shapeOf(before) !== shapeOf(after)) return ["the tree is another"];
  const expected = (text: string): string => lettersOf(exchanges.reduce((so_far, [from, to]) => so_far.replaceAll(from, () => to), text));
  const were = elementsOf(before);
  const changed = elementsOf(after).flatMap(({ name, attributes }, at) =>
    Object.entries(attributes).flatMap(([attribute, value]) => {
      const was = were[at]!.attributes[attribute]!;
      if (LINKS.has(attribute) && !SCHEMES.has(schemeOf(value))) return [`${attribute} of ${name} leads to ${value}`];
      const isFilled = exchanges.some(([from]) => was.includes(from));
      const isAsExpected = isFilled ? LINKS.has(attribute) || lettersOf(value) === expected(was) : value === was;
      return isAsExpected ? [] : [`${attribute} of ${name} became ${value}`];
    }),
  );
  if (lettersOf(textOf(after)) !== expected(textOf(before))) changed.push("what is shown is another");
  const subject = expected(harmless.subject);
  // A mail of whose subject nothing can be seen is given one.
  const isGiven = subject === "" && mail.subject === "(no subject)";
  if (mail.subject.length < 500 && !isGiven && lettersOf(mail.subject) !== subject) changed.push("the subject is another");
  if (INVISIBLE.test(mail.subject)) changed.push("the subject has more than one line");
  if (mail.text !== undefined && mail.text.split("\n").length !== harmless.text!.split("\n").length) changed.push("the text has more lines");
  return changed;
};
