import { type DomainError, isDomainError } from "../../kernel/errors.ts";
import type { Write } from "../../kernel/table/table.ts";
import { type Imported, type Refused, shown } from "../../kernel/import/outcome.ts";
import { type Decided, tallyOf } from "../../kernel/import/tally.ts";
import type { Candidate, ImportCtx, ImportKind, JudgedRow, Made, Origin, RowMaker } from "./import-kind.ts";
import type { Import } from "./import.ts";
import { ImportRow } from "./import-row.ts";

/** What an ImportRow says of a row, beside where it stands. */
type Outcome = Partial<Omit<ImportRow, "org_id" | "import_id" | "row" | "line">> & Pick<ImportRow, "outcome">;

const isCandidate = <D>(row: JudgedRow<D>): row is Candidate<D> => row.verdict.outcome === "imported";

const MOST_WARNINGS = 20;

const refusal = ({ outcome, reason, column, value, warnings, flags }: Refused): Outcome => ({
  outcome,
  reason,
  column,
  value,
  warnings: [...warnings],
  flags: [...flags],
});

/** A row that passed every rule and yet breaks the shape of an item. */
const unstorable = (error: DomainError): Outcome => {
  const [first] = error.errors;
  return { outcome: "error", reason: "not_storable", column: first?.pointer.slice(1).split("/")[0], value: shown(first?.detail ?? error.message) };
};

const duplicateOf = <D>(verdict: Imported<D>, { refs, row, import_id }: Origin, run: Import, parsed: Outcome["parsed"]): Outcome => {
  const { track_url } = parsed ?? {};
  return {
    outcome: "skipped",
    reason: "duplicate",
    ...(typeof track_url === "string" ? { column: "track_url", value: shown(track_url) } : {}),
    duplicate_of_row: import_id === run.id ? row : undefined,
    duplicate_of_submission_id: refs.submission_id,
    duplicate_of_member_id: refs.member_id,
    parsed,
    flags: [...verdict.flags],
  };
};

const isUnstorable = (error: unknown): error is DomainError => isDomainError(error) && (error.kind === "invalid" || error.kind === "unprocessable");

const present = (values: Readonly<Record<string, unknown>>): Outcome["parsed"] =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Outcome["parsed"];

/**
 * Decides the rows of one transaction, in order. `seen` has the imported rows of this file by duplicate key: a dry run
 * keeps it over the whole file, since nothing is stored that a later row could meet.
 */
export const decideRows = async <C extends string, D>(
  ctx: ImportCtx,
  run: Import,
  kind: ImportKind<C, D>,
  maker: RowMaker<D>,
  rows: readonly JudgedRow<D>[],
  seen: Map<string, Origin>,
  isAgain = false,
): Promise<Decided> => {
  const taken = await maker.prepare(rows.filter(isCandidate), isAgain);
  const made: Write[] = [];
  const outcomes: (Outcome & Pick<ImportRow, "row" | "line">)[] = [];

  const makeRow = async (candidate: Candidate<D>, parsed: Outcome["parsed"]): Promise<Outcome> => {
    const { verdict, row } = candidate;
    let items: Made;
    try {
      items = await maker.make(candidate);
    } catch (error) {
      if (isUnstorable(error)) return { ...unstorable(error), parsed, flags: [...verdict.flags] };
      throw error;
    }
    const refs = run.dry_run ? {} : items.refs;
    for (const key of verdict.duplicate_keys) seen.set(key, { refs, import_id: run.id, row });
    made.push(...items.writes);
    return { outcome: "imported", ...refs, parsed, warnings: [...verdict.warnings, ...items.warnings].slice(0, MOST_WARNINGS), flags: [...verdict.flags] };
  };

  for (const judged of rows) {
    const { row, line } = judged;
    if (!isCandidate(judged)) {
      outcomes.push({ ...refusal(judged.verdict as Refused), row, line });
      continue;
    }
    const { verdict } = judged;
    const parsed = present(kind.shown(verdict.draft));
    const key = verdict.duplicate_keys.find((one) => taken.has(one) || seen.has(one));
    const origin = key === undefined ? undefined : (taken.get(key) ?? seen.get(key));
    outcomes.push({ ...(origin ? duplicateOf(verdict, origin, run, parsed) : await makeRow(judged, parsed)), row, line });
  }
  const rowWrites = outcomes.flatMap((outcome) => ImportRow.writes.create(ctx, { org_id: ctx.org_id, import_id: run.id, ...outcome }));
  return { writes: run.dry_run ? rowWrites : [...made, ...rowWrites], tally: tallyOf(outcomes) };
};
