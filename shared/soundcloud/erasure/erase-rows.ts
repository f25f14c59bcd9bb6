import { every } from "../../kernel/table/every.ts";
import { ImportRow } from "../import/import-row.ts";
import { Import } from "../import/import.ts";
import { rowsAbout } from "../import/rows-about.ts";
import { type EraseCtx, type Erasure, type Progress, through } from "./erasure.ts";

/** Rows of files keep their place and outcome, so that the import's numbers stand; what was read of them goes. */
export const eraseRows = async (ctx: EraseCtx, { member: { org_id, id }, texts, from }: Erasure): Promise<Progress | undefined> => {
  const options = from.import_id === undefined ? {} : { from: { id: from.import_id } };
  const imports = every((page) => Import.query.all(ctx, { org_id }, { ...page, ...options }));
  const stopped = await through(ctx, imports, async (run) => {
    for await (const row of rowsAbout(ctx, run, { member_id: id, ...texts }))
      if (row.parsed !== undefined || row.value !== undefined || row.warnings.length > 0)
        await ImportRow.patch(ctx, row, { parsed: null, value: null, warnings: [] });
  });
  return stopped && { import_id: stopped.id };
};
