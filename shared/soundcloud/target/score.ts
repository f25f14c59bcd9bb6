/** A genre of a track or supporter. `family` is the key that the adjacency matrix uses; without a subgenre only the family counts. */
export interface Genre {
  readonly family: string;
  readonly subgenre?: string | null | undefined;
}

/** Affinity between families, 0 to 1 with at most three decimals. Symmetric: one direction is enough; what is missing is 0. */
export type AdjacencyMatrix = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** How a supporter's assignments ended, and when the last one was. */
export interface TrackRecord {
  readonly completed: number;
  /** Failed and skipped together. */
  readonly unsuccessful: number;
  /** Whole days since the last assignment; null when there was none. */
  readonly days_since_last: number | null;
}

/** Parts of a score in thousandths of 1, rounded for display; the score itself is computed from exact values. */
export interface ScoreParts {
  readonly genre: number;
  readonly reliability: number;
  readonly rest: number;
}

/** A fraction of whole numbers. */
export interface Fraction {
  readonly numerator: number;
  readonly denominator: number;
}

const FULL_REST_DAYS = 14;

/** Affinity g of the best pair of genres, in thousandths: same subgenre 1,000, same family 800, else by adjacency. Without genres 0. */
export function genreAffinityMilli(track: readonly Genre[], supporter: readonly Genre[], adjacency: AdjacencyMatrix): number {
  const pairs = track.flatMap((one) => supporter.map((other) => pairAffinityMilli(one, other, adjacency)));
  return Math.max(0, ...pairs);
}

function pairAffinityMilli(one: Genre, other: Genre, adjacency: AdjacencyMatrix): number {
  if (one.family !== other.family) return Math.round(1_000 * (lookUp(adjacency, one.family, other.family) ?? lookUp(adjacency, other.family, one.family) ?? 0));
  const sameSubgenre = one.subgenre !== undefined && one.subgenre !== null && one.subgenre === other.subgenre;
  return sameSubgenre ? 1_000 : 800;
}

/** Own keys only: a family may be called "constructor". */
const lookUp = (adjacency: AdjacencyMatrix, one: string, other: string): number | undefined => {
  const row = Object.hasOwn(adjacency, one) ? adjacency[one] : undefined;
  return row !== undefined && Object.hasOwn(row, other) ? row[other] : undefined;
};

/** Reliability r: how likely an assignment is completed. One success and one failure are added, so that newcomers start at 1/2. */
export function reliability(record: Pick<TrackRecord, "completed" | "unsuccessful">): Fraction {
  return { numerator: record.completed + 1, denominator: record.completed + record.unsuccessful + 2 };
}

/** Rest a: grows to 1 over the 14 days after an assignment; 1 when there was none. */
function rest(record: Pick<TrackRecord, "days_since_last">): Fraction {
  return { numerator: Math.min(FULL_REST_DAYS, Math.max(0, record.days_since_last ?? FULL_REST_DAYS)), denominator: FULL_REST_DAYS };
}

/**
 * The score 100 × (0.60 g + 0.25 r + 0.15 a) in hundredths: 9,750 means 97.50.
 * The sum is formed over one denominator and rounded once, halves up, so that no binary fraction takes part.
 */
export function score(genre_milli: number, record: TrackRecord): number {
  const r = reliability(record);
  const a = rest(record);
  const denominator = r.denominator * a.denominator;
  const numerator = 6 * genre_milli * denominator + 2_500 * r.numerator * a.denominator + 1_500 * a.numerator * r.denominator;
  return roundHalfUp({ numerator, denominator });
}

export function scoreParts(genre_milli: number, record: TrackRecord): ScoreParts {
  const milli = ({ numerator, denominator }: Fraction) => roundHalfUp({ numerator: 1_000 * numerator, denominator });
  return { genre: genre_milli, reliability: milli(reliability(record)), rest: milli(rest(record)) };
}

/** For fractions of zero and above; exact while twice the numerator is a safe integer. */
function roundHalfUp({ numerator, denominator }: Fraction): number {
  const doubled = 2 * numerator + denominator;
  return (doubled - (doubled % (2 * denominator))) / (2 * denominator);
}
