import type { OrgCtx } from "../../kernel/context.ts";
import { isDomainError } from "../../kernel/errors.ts";
import { Lexicon } from "./lexicon.ts";
import { seededLexicon } from "./seeded-lexicon.ts";

/** The org's words; the first read gives it the ones that every org begins with. */
export const getLexicon = async (ctx: OrgCtx): Promise<Lexicon> => {
  const { org_id } = ctx;
  const found = await Lexicon.find(ctx, { org_id }, { consistent: true });
  if (found) return found;
  try {
    return await Lexicon.create(ctx, { org_id, words: [...seededLexicon] });
  } catch (error) {
    if (!isDomainError(error, "already_exists")) throw error;
    return Lexicon.get(ctx, { org_id }, { consistent: true });
  }
};
