import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { LedgerEntry } from "../credit/ledger-entry.ts";
import { Wallet } from "../credit/wallet.ts";
import { type List, type ListRecord, recordOf } from "../../kernel/export/list.ts";

const columns = [
  "id",
  "org_id",
  "member_id",
  "change_amount",
  "balance_after",
  "reason",
  "reference_type",
  "reference_id",
  "created_by",
  "created_at",
  "metadata",
  "bucket",
  "seq",
] as const satisfies readonly (keyof LedgerEntry)[];

/** Wallet after wallet, each in the order of its entries; erased members' too, so that the books add up. */
async function* entries(ctx: OrgCtx): AsyncGenerator<ListRecord> {
  const { org_id } = ctx;
  for await (const { member_id } of every((page) => Wallet.query.all(ctx, { org_id }, page)))
    for await (const entry of every((page) => LedgerEntry.list(ctx, { org_id, member_id }, page))) yield recordOf(columns, entry);
}

export const ledgerList: List = { columns, records: entries };
