import type { OrgCtx } from "../../kernel/context.ts";
import { DomainError, unprocessable } from "../../kernel/errors.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { every } from "../../kernel/table/every.ts";
import { nameKey } from "../party/name-key.ts";
import { classifier, validatePatterns } from "./classify.ts";
import { GenreFamily } from "./genre-family.ts";
import { Subgenre } from "./subgenre.ts";

export const listGenreFamilies = (ctx: OrgCtx, page: PageRequest): Promise<PageOf<GenreFamily>> => GenreFamily.list(ctx, { org_id: ctx.org_id }, page);

export const createGenreFamily = (ctx: OrgCtx, input: { name: string; active: boolean }): Promise<GenreFamily> =>
  GenreFamily.create(ctx, { ...input, org_id: ctx.org_id, name_key: nameKey(input.name) });

export const patchGenreFamily = (
  ctx: OrgCtx,
  id: string,
  patch: { name?: string | undefined; active?: boolean | undefined },
  version: number,
): Promise<GenreFamily> =>
  GenreFamily.patch(ctx, { org_id: ctx.org_id, id }, { ...patch, ...(patch.name === undefined ? {} : { name_key: nameKey(patch.name) }) }, { version });

export const listSubgenres = (ctx: OrgCtx, page: PageRequest): Promise<PageOf<Subgenre>> => Subgenre.list(ctx, { org_id: ctx.org_id }, page);

const requirePatterns = (patterns: readonly string[] | undefined): void => {
  const violations = validatePatterns(patterns ?? []);
  if (violations.length > 0) throw new DomainError("invalid", "invalid_request", "A pattern is not usable; see errors.", { errors: violations });
};

/** Throws DomainError `unknown_genre` for a family the org does not have, `name_taken`, or `invalid_request` naming each bad pattern. */
export const createSubgenre = async (
  ctx: OrgCtx,
  input: { family_id: string; name: string; patterns: string[]; active: boolean; order_index: number },
): Promise<Subgenre> => {
  requirePatterns(input.patterns);
  const family = await GenreFamily.find(ctx, { org_id: ctx.org_id, id: input.family_id });
  if (!family)
    throw unprocessable("unknown_genre", "family_id names no genre family of the org.", [
      { pointer: "/family_id", code: "unknown_genre", detail: "Choose one of the org's genre families." },
    ]);
  return Subgenre.create(ctx, { ...input, org_id: ctx.org_id, name_key: nameKey(input.name) });
};

export const patchSubgenre = (
  ctx: OrgCtx,
  id: string,
  patch: { name?: string | undefined; patterns?: string[] | undefined; active?: boolean | undefined; order_index?: number | undefined },
  version: number,
): Promise<Subgenre> => {
  requirePatterns(patch.patterns);
  return Subgenre.patch(ctx, { org_id: ctx.org_id, id }, { ...patch, ...(patch.name === undefined ? {} : { name_key: nameKey(patch.name) }) }, { version });
};

export interface Taxonomy {
  readonly families: ReadonlyMap<string, GenreFamily>;
  readonly subgenres: readonly Subgenre[];
}

/** The org's whole taxonomy: some dozens of items, read once per job or classification. */
export const loadTaxonomy = async (ctx: OrgCtx): Promise<Taxonomy> => {
  const { org_id } = ctx;
  const [families, subgenres] = await Promise.all([
    Array.fromAsync(every((page) => GenreFamily.list(ctx, { org_id }, page))),
    Array.fromAsync(every((page) => Subgenre.list(ctx, { org_id }, page))),
  ]);
  return { families: new Map(families.map((family) => [family.id, family])), subgenres };
};

export interface Genre {
  readonly family: { readonly id: string; readonly name: string } | null;
  readonly subgenre: { readonly id: string; readonly name: string } | null;
  readonly pattern: string | null;
  /** Nothing matched: somebody should look. */
  readonly qa_flag: boolean;
}

const none: Genre = { family: null, subgenre: null, pattern: null, qa_flag: true };

/** Classifies text by the active part of a taxonomy; a family's own name counts when no subgenre matches. README, Classification. */
export const classifyBy = ({ families, subgenres }: Taxonomy): ((text: string) => Genre) => {
  const active = subgenres.filter((subgenre) => subgenre.active && families.get(subgenre.family_id)?.active);
  const bySubgenre = classifier(active);
  const byFamily = classifier(
    [...families.values()].filter((family) => family.active).map((family) => ({ ...family, patterns: [family.name], order_index: 0 })),
  );
  return (text) => {
    const found = bySubgenre(text);
    if (found) {
      const family = families.get(found.subgenre.family_id)!;
      return {
        family: { id: family.id, name: family.name },
        subgenre: { id: found.subgenre.id, name: found.subgenre.name },
        pattern: found.pattern,
        qa_flag: false,
      };
    }
    const family = byFamily(text);
    return family ? { ...none, family: { id: family.subgenre.id, name: family.subgenre.name }, pattern: family.pattern, qa_flag: false } : none;
  };
};

export const classifyText = async (ctx: OrgCtx, text: string): Promise<Genre> => classifyBy(await loadTaxonomy(ctx))(text);
