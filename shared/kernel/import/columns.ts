import { DomainError } from "../errors.ts";

/** The columns that a kind of file may have, and the headings each is known by, best first. */
export interface Layout<C extends string> {
  required: readonly C[];
  headings: Readonly<Record<C, readonly string[]>>;
}

export interface HeadingMap<C extends string> {
  /** Position of each column that the file has. */
  positions: ReadonlyMap<C, number>;
  /** How many cells a complete row has. */
  width: number;
  /** Headings that no column answers to; their cells are not read. */
  ignored: readonly string[];
  /** Headings that name a column already taken from another heading; their cells are not read. */
  repeated: readonly string[];
}

/** Makes `Track URL`, ` track_url ` and `TrackURL` one word. */
const plain = (heading: string): string =>
  heading
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");

const shownHeading = (heading: string): string => heading.replace(/\s+/g, " ").trim().slice(0, 60);

/**
 * Finds each column of the layout among the headings, in any order; of two headings for one column the better known wins, then the left one.
 * Throws `missing_column`, naming every required column that is missing and the headings that were found.
 */
export const mapHeadings = <C extends string>(layout: Layout<C>, headings: readonly string[]): HeadingMap<C> => {
  const names = headings.map(plain);
  const columns = Object.entries(layout.headings) as [C, readonly string[]][];
  const positions = new Map<C, number>();
  const known = new Set<string>();
  for (const [column, accepted] of columns) {
    for (const name of accepted.map(plain)) {
      known.add(name);
      const at = names.indexOf(name);
      if (at >= 0 && !positions.has(column)) positions.set(column, at);
    }
  }
  const missing = layout.required.filter((column) => !positions.has(column));
  if (missing.length > 0) throw missingColumn(layout, missing, headings);
  const taken = new Set(positions.values());
  const rest = headings.map(shownHeading).filter((heading, at) => heading !== "" && !taken.has(at));
  return {
    positions,
    width: headings.length,
    ignored: rest.filter((heading) => !known.has(plain(heading))),
    repeated: rest.filter((heading) => known.has(plain(heading))),
  };
};

const missingColumn = <C extends string>(layout: Layout<C>, missing: readonly C[], headings: readonly string[]): DomainError => {
  const quoted = missing.map((column) => `"${layout.headings[column][0]}"`).join(", ");
  const found = headings
    .map(shownHeading)
    .filter((heading) => heading !== "")
    .slice(0, 50);
  const list = found.length > 0 ? `Found: ${found.join(", ")}.` : "The line is empty.";
  return new DomainError(
    "unprocessable",
    "missing_column",
    `The first line of the file must name the column ${quoted}. ${list} Add the heading and upload the file again.`,
    { extra: { missing, found } },
  );
};

/** Picks the cells of the layout's columns; a column that the file lacks is an empty cell. */
export const pickCells = <C extends string>(layout: Layout<C>, map: HeadingMap<C>, cells: readonly string[]): Record<C, string> => {
  const record = {} as Record<C, string>;
  for (const column of Object.keys(layout.headings) as C[]) {
    const at = map.positions.get(column);
    record[column] = at === undefined ? "" : (cells[at] ?? "");
  }
  return record;
};
