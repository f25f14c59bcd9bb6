import { sha256 } from "../../kernel/crypto/tokens.ts";
import type { Violation } from "../../kernel/errors.ts";
import { check } from "../../kernel/http/validate.ts";
import { type Decided, tallyOf } from "../../kernel/import/tally.ts";
import type { FileRow } from "./file-row.ts";
import type { ImportKind, SendCtx } from "./import-kind.ts";
import { ROW_DAYS, SocialImportRow } from "./import-row.ts";
import type { SocialImport } from "./import.ts";

const DAY_S = 86_400;

type Outcome = Pick<SocialImportRow, "outcome"> & Partial<Pick<SocialImportRow, "reason" | "column" | "batch_id">>;
type Judged<T> = { readonly value: T } | { readonly refused: Outcome };

/** The field at which a fault is, as a column of the file. */
const refused = ({ pointer, code }: Violation): Outcome => {
  const [, column] = pointer.split("/");
  return { outcome: "error", reason: code, ...(column === undefined || column === "" ? {} : { column }) };
};

const judge = <T>(ctx: SendCtx, { schema, faults, leftOut }: ImportKind<T>, { value, fault, column }: FileRow): Judged<T> => {
  if (fault !== undefined) return { refused: { outcome: "error", reason: fault, ...(column === undefined ? {} : { column }) } };
  const found: Violation[] = [];
  const read = check(schema, value, "", found);
  if (read !== undefined) found.push(...faults(ctx, read));
  const [first] = found;
  if (first !== undefined) return { refused: refused(first) };
  const reason = leftOut(ctx, read!);
  return reason === undefined ? { value: read! } : { refused: { outcome: "skipped", reason } };
};

/**
 * Judges the rows of one transaction by the rules of the intake, and sends those that it takes; in a dry run nothing is sent. A
 * message's id is made of the import, of the place of the rows and of what they say: when the transaction is not stored the same
 * rows are sent again as the same message, and counted once. README, Imports.
 */
export const decideRows = async <T>(ctx: SendCtx, run: SocialImport, kind: ImportKind<T>, rows: readonly FileRow[]): Promise<Decided> => {
  const judged = rows.map((row) => judge(ctx, kind, row));
  const values = judged.flatMap((one) => ("value" in one ? [one.value] : []));
  const sent = run.dry_run || values.length === 0 ? [] : await kind.send(ctx, values, `import/${run.id}/${rows[0]!.row}/${sha256(JSON.stringify(values))}`);
  let at = 0;
  const outcomes = judged.map((one): Outcome => {
    if ("refused" in one) return one.refused;
    const batch_id = sent[at++];
    return { outcome: "imported", ...(batch_id === undefined ? {} : { batch_id }) };
  });
  const expires_at = Math.floor(ctx.clock.now().getTime() / 1000) + ROW_DAYS * DAY_S;
  const stored = outcomes.map((outcome, n) => {
    const { row, line, warnings } = rows[n]!;
    return { org_id: ctx.org_id, import_id: run.id, row, line, ...outcome, warnings: [...warnings], expires_at };
  });
  return { writes: stored.flatMap((row) => SocialImportRow.writes.create(ctx, row)), tally: tallyOf(stored) };
};
