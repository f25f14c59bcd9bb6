import type { OrgCtx } from "../context.ts";
import { isDomainError } from "../errors.ts";
import { type Write, contend } from "../table/table.ts";
import type { ImportRun } from "./import-fields.ts";
import type { ImportNote, ImportRuns } from "./import-runs.ts";

/** The end of an import and the event that tells of it. */
export const endingWrites = <R extends ImportRun>(ctx: OrgCtx, runs: ImportRuns<R>, at: R, end: ImportRun, note: ImportNote): Write[] => [
  ...runs.move(ctx, at, end.status === "failed" ? "failed" : "completed", note),
  ...runs.ended(ctx, end),
];

/** Fails an import where it stands, with the reason in `errors`. */
export const failImport = <R extends ImportRun>(ctx: OrgCtx, runs: ImportRuns<R>, run: R, reason: ImportRun["errors"][number]): Promise<void> =>
  runs.store.fail(ctx, endingWrites(ctx, runs, run, { ...run, status: "failed" }, { errors: [reason] }));

/** Fails an import that is being read and cannot go on, so that nobody waits for it; started again it goes on where it stood. */
export const giveUpImport = <R extends ImportRun>(ctx: OrgCtx, runs: ImportRuns<R>, id: string, error: unknown): Promise<void> =>
  contend(async () => {
    const run = await runs.find(ctx, id);
    if (run?.status !== "processing") return;
    const reason = isDomainError(error)
      ? { code: error.code, detail: error.message }
      : { code: "internal_error", detail: "The import broke off. Start it again, and it goes on where it stood." };
    await failImport(ctx, runs, run, reason);
  });
