import { word } from "./values.ts";

/** The genre families that an import knows, each with its subgenres. An org's own taxonomy may differ and is not consulted. */
export const GENRE_FAMILIES = {
  Electronic: ["Dubstep", "Future Bass", "Trance", "House", "Techno"],
  "Hip-Hop": ["Trap", "Boom Bap", "Cloud Rap", "Drill"],
  Rock: ["Alternative Rock", "Post Rock", "Progressive Rock", "Indie Rock"],
  Pop: [],
  "R&B": [],
} as const satisfies Record<string, readonly string[]>;

export interface Genre {
  family: string;
  /** Absent when the cell names the family itself. */
  subgenre?: string;
}

/** `Hip-Hop` and `hip hop` are one name. */
const plain = (name: string): string => word(name).replace(/[\s-]+/g, " ");

const GENRES: ReadonlyMap<string, Genre> = new Map(
  Object.entries(GENRE_FAMILIES).flatMap(([family, subgenres]: [string, readonly string[]]) => [
    [plain(family), { family }] as const,
    ...subgenres.map((subgenre) => [plain(subgenre), { family, subgenre }] as const),
  ]),
);

/** The genre that a whole cell names. `Melodic Techno / House` names none: an import does not guess. */
export const findGenre = (cell: string): Genre | undefined => GENRES.get(plain(cell));
