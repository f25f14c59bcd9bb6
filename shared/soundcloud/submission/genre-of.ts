import { type Violation, unprocessable } from "../../kernel/errors.ts";
import { nameKey } from "../party/name-key.ts";
import { type Taxonomy, classifyBy } from "../taxonomy/taxonomy.ts";

export interface TrackGenre {
  readonly family?: string;
  readonly subgenres: string[];
  readonly genre_pairs: string[];
}

/**
 * A track's genre by names: as given, else classified from its text. `genre_pairs` are what matching uses.
 * Throws DomainError `unknown_genre` naming every name that the org's taxonomy does not have.
 */
export const genreOf = (
  taxonomy: Taxonomy,
  given: { family?: string | null | undefined; subgenres?: readonly string[] | undefined },
  text: string,
): TrackGenre => {
  if (given.family === undefined || given.family === null) {
    if ((given.subgenres ?? []).length > 0) throw unknownGenre([{ pointer: "/family", code: "required", detail: "Name the family of the subgenres." }]);
    return classified(taxonomy, text);
  }
  const family = [...taxonomy.families.values()].find((one) => one.active && nameKey(one.name) === nameKey(given.family!));
  if (!family) throw unknownGenre([{ pointer: "/family", code: "unknown_genre", detail: `The org has no active genre family "${given.family}".` }]);
  const inFamily = taxonomy.subgenres.filter((one) => one.family_id === family.id && one.active);
  const found = (given.subgenres ?? []).map((name) => inFamily.find((one) => nameKey(one.name) === nameKey(name)));
  const unknown = found.flatMap((one, i): Violation[] =>
    one ? [] : [{ pointer: `/subgenres/${i}`, code: "unknown_genre", detail: `${family.name} has no active subgenre "${given.subgenres![i]}".` }],
  );
  if (unknown.length > 0) throw unknownGenre(unknown);
  const subgenres = found.map((one) => one!);
  return {
    family: family.name,
    subgenres: subgenres.map((one) => one.name),
    genre_pairs: subgenres.length > 0 ? subgenres.map((one) => `${family.id}/${one.id}`) : [`${family.id}/-`],
  };
};

const unknownGenre = (errors: Violation[]) => unprocessable("unknown_genre", "Choose genres from the org's taxonomy.", errors);

const classified = (taxonomy: Taxonomy, text: string): TrackGenre => {
  const { family, subgenre } = classifyBy(taxonomy)(text);
  if (!family) return { subgenres: [], genre_pairs: [] };
  return { family: family.name, subgenres: subgenre ? [subgenre.name] : [], genre_pairs: [`${family.id}/${subgenre?.id ?? "-"}`] };
};
