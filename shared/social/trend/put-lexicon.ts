import type { OrgCtx } from "../../kernel/context.ts";
import { type Violation, unprocessable } from "../../kernel/errors.ts";
import { Lexicon } from "./lexicon.ts";
import { normaliseTopic } from "./topic.ts";

/**
 * Replaces the org's words, spelt as topics are, each once; the next evaluation uses them. Throws DomainError
 * `empty_word` with every word of which nothing is left, not_found before the first read, and stale.
 */
export const putLexicon = async (ctx: OrgCtx, { words }: { readonly words: readonly string[] }, version: number): Promise<Lexicon> => {
  const spelt = words.map((word) => normaliseTopic("keyword", word));
  const errors = spelt.flatMap((word, at): Violation[] =>
    word === undefined ? [{ pointer: `/words/${at}`, code: "empty_word", detail: "Nothing is left of this word, or more than 100 characters." }] : [],
  );
  if (errors.length > 0) throw unprocessable("empty_word", "Some words are none.", errors);
  const distinct = [...new Set(spelt.filter((word) => word !== undefined))].toSorted();
  return Lexicon.patch(ctx, { org_id: ctx.org_id }, { words: distinct }, { version });
};
