import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { ImportRow } from "../import/import-row.ts";
import { Import } from "../import/import.ts";
import { rowsTouching } from "../import/rows-about.ts";
import { type EraseCtx, type Erasure, type Progress, through } from "./erasure.ts";

type Texts = Erasure["texts"];

/** A row of another member without the address and the channel, which were theirs once; everything else of it stays. */
const without = ({ parsed = {}, value, warnings }: ImportRow, { emails, handle }: Texts) => {
  const { emails: listed, primary_email, soundcloud_handle, soundcloud_url, ...rest } = parsed;
  const isTold = (text: unknown): boolean => typeof text === "string" && emails.some((email) => text.toLowerCase().includes(email));
  const isChannel = handle !== undefined && soundcloud_handle === handle;
  const kept = {
    emails: Array.isArray(listed) ? listed.filter((email) => !isTold(email)) : listed,
    primary_email: isTold(primary_email) ? undefined : primary_email,
    ...(isChannel ? {} : { soundcloud_handle, soundcloud_url }),
  };
  const present = Object.fromEntries(Object.entries(kept).flatMap(([name, one]) => (one === undefined ? [] : [[name, one]])));
  return {
    parsed: { ...rest, ...present },
    ...(isTold(value) ? { value: null } : {}),
    warnings: warnings.filter((warning) => !isTold(warning.value)),
  };
};

/** Takes an address alone out of every row that names it. Repeating it changes nothing. */
export const takeFromRows = async (ctx: OrgCtx, address: string): Promise<void> => {
  const texts = { emails: [address] };
  for await (const run of every((page) => Import.query.all(ctx, { org_id: ctx.org_id }, page)))
    for await (const { row } of rowsTouching(ctx, run, texts)) await ImportRow.patch(ctx, row, without(row, texts));
};

/** Rows of files keep their place and outcome, so that the import's numbers stand; what was read of them goes. */
export const eraseRows = async (ctx: EraseCtx, { member: { org_id, id }, texts, from }: Erasure): Promise<Progress | undefined> => {
  const options = from.import_id === undefined ? {} : { from: { id: from.import_id } };
  const imports = every((page) => Import.query.all(ctx, { org_id }, { ...page, ...options }));
  const stopped = await through(ctx, imports, async (run) => {
    for await (const { row, isTheirs } of rowsTouching(ctx, run, { member_id: id, ...texts }))
      if (!isTheirs) await ImportRow.patch(ctx, row, without(row, texts));
      else if (row.parsed !== undefined || row.value !== undefined || row.warnings.length > 0)
        await ImportRow.patch(ctx, row, { parsed: null, value: null, warnings: [] });
  });
  return stopped && { import_id: stopped.id };
};
