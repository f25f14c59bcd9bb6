import type { Violation } from "../../kernel/errors.ts";

/** What classification reads of a subgenre. Leave out inactive ones before calling. */
export interface SubgenrePatterns {
  readonly id: string;
  readonly name: string;
  /** Literal words or phrases, not regular expressions. */
  readonly patterns: readonly string[];
  readonly order_index: number;
}

/** The subgenre found, and the pattern (as written in the taxonomy) that found it. */
export interface Classification<S extends SubgenrePatterns> {
  readonly subgenre: S;
  readonly pattern: string;
}

/**
 * Prepares a taxonomy for many texts. A pattern matches whole words without regard to case and to the width of white space.
 * The longest matching pattern wins, then the lower `order_index`, then the name, then the id. Without a match: undefined.
 */
export function classifier<S extends SubgenrePatterns>(subgenres: readonly S[]): (text: string) => Classification<S> | undefined {
  const rules = subgenres
    .flatMap((subgenre) => subgenre.patterns.map((pattern) => ({ subgenre, pattern, folded: fold(pattern) })))
    .filter(({ folded }) => folded !== "")
    .toSorted((a, b) => length(b.folded) - length(a.folded) || a.subgenre.order_index - b.subgenre.order_index || compare(a, b));
  return (text) => {
    const folded = fold(text);
    const rule = rules.find((candidate) => containsWords(folded, candidate.folded));
    return rule && { subgenre: rule.subgenre, pattern: rule.pattern };
  };
}

/** Classifies one text; see `classifier`. */
export function classify<S extends SubgenrePatterns>(text: string, subgenres: readonly S[]): Classification<S> | undefined {
  return classifier(subgenres)(text);
}

/** Every violation at once: patterns hold a letter or digit, and differ after case folding. */
export function validatePatterns(patterns: readonly string[], pointer = "/patterns"): Violation[] {
  const seen = new Map<string, number>();
  return patterns.flatMap((pattern, index) => {
    const folded = fold(pattern);
    const at = { pointer: `${pointer}/${index}` };
    const earlier = seen.get(folded);
    if (earlier === undefined) seen.set(folded, index);
    if (!WORD.test(folded)) return [{ ...at, code: "no_word", detail: "must hold a letter or a digit, since patterns match whole words." }];
    if (earlier !== undefined) return [{ ...at, code: "duplicate", detail: `means the same as pattern ${earlier}; leave one out.` }];
    return [];
  });
}

const WORD = /[\p{L}\p{N}\p{M}]/u;

/** By way of upper case, so that ß meets SS and final sigma meets sigma. */
const fold = (text: string): string => text.normalize("NFC").toUpperCase().toLowerCase().replaceAll("ς", "σ").replaceAll(/\s+/gu, " ").trim();

const length = (text: string): number => [...text].length;

function compare(a: { subgenre: SubgenrePatterns; folded: string }, b: { subgenre: SubgenrePatterns; folded: string }): number {
  const order = (x: string, y: string) => (x < y ? -1 : x > y ? 1 : 0);
  return order(a.subgenre.name, b.subgenre.name) || order(a.subgenre.id, b.subgenre.id) || order(a.folded, b.folded);
}

/** A match must not continue a word: "house" is not in "warehouse". An edge that is a sign ("r&b!") may touch anything. */
function containsWords(text: string, pattern: string): boolean {
  for (let at = text.indexOf(pattern); at !== -1; at = text.indexOf(pattern, at + 1)) {
    const end = at + pattern.length;
    if (!joins(text.slice(0, at), pattern) && !joins(pattern, text.slice(end))) return true;
  }
  return false;
}

/** Whether a word runs on from the end of one text into the start of the next. */
function joins(before: string, after: string): boolean {
  const last = before.slice(-2).match(/.$/su)?.[0];
  const first = after.match(/^./su)?.[0];
  return last !== undefined && first !== undefined && WORD.test(last) && WORD.test(first);
}
