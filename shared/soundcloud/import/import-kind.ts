import type { Vault } from "../../kernel/crypto/vault.ts";
import type { ImportCtx as ReadingCtx } from "../../kernel/import/read-through.ts";
import type { Write } from "../../kernel/table/table.ts";
import type { Layout } from "../../kernel/import/columns.ts";
import type { Import } from "./import.ts";
import type { ImportRow } from "./import-row.ts";
import type { Imported, Verdict, Warning } from "../../kernel/import/outcome.ts";

/** What reading an import works with. */
export type ImportCtx = ReadingCtx & { readonly vault: Vault };

/** A row with the judgement of the rules that look at it alone. */
export interface JudgedRow<D> {
  readonly row: number;
  readonly line: number;
  readonly verdict: Verdict<D>;
}
/** A row that the rules would import. */
export interface Candidate<D> extends JudgedRow<D> {
  readonly verdict: Imported<D>;
}

/** The items of a row, as its ImportRow names them. */
export type Refs = Pick<ImportRow, "submission_id" | "member_id" | "client_id" | "salesperson_id">;

/** What stands under a duplicate key already, and the row it came from. */
export interface Origin {
  readonly refs: Refs;
  readonly import_id?: string | undefined;
  readonly row?: number | undefined;
}

export interface Made {
  readonly writes: readonly Write[];
  readonly refs: Refs;
  /** What did not come through whole on the way from the draft to the items. */
  readonly warnings: readonly Warning[];
}

/** Turns the candidates of one import into items. */
export interface RowMaker<D> {
  /** Counts, for one transaction after the other, the most writes that each further row can need. */
  sizer(): (draft: D) => number;
  /**
   * Reads what the rows of one transaction need, and says which of their duplicate keys are taken. `isAgain`: somebody
   * stored something in between, so what is seldom in the way is looked at too.
   */
  prepare(rows: readonly Candidate<D>[], isAgain: boolean): Promise<ReadonlyMap<string, Origin>>;
  /** For rows in order, after `prepare`. Throws DomainError invalid or unprocessable for a row that cannot be stored. */
  make(row: Candidate<D>): Promise<Made>;
  /** After the transaction is stored. */
  settle(): void;
}

/** A kind of file: its columns, the rules of its rows and what they become. */
export interface ImportKind<C extends string, D> {
  readonly layout: Layout<C>;
  readonly rules: (record: Readonly<Record<C, string>>) => Verdict<D>;
  /** The values that the row's outcome shows; none is a secret. */
  shown(draft: D): Readonly<Record<string, unknown>>;
  open(ctx: ImportCtx, run: Import): Promise<RowMaker<D>>;
}
