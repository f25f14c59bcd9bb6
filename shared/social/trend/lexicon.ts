import * as z from "zod";
import { id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";

/** The words by which topics are relevant to the org, in the spelling of topics. README, Relevance. */
export const Lexicon = entity(social, "Lexicon", {
  fields: () => ({ org_id: id, words: z.array(z.string().min(1).max(100)).max(2000) }),
  key: ["{org_id}#LEX", "LEX"],
});
export type Lexicon = Item<typeof Lexicon>;
