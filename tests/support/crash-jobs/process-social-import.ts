import { processImportWorker } from "../../../functions/social/process-import.worker.ts";
import { every } from "../../../shared/kernel/table/every.ts";
import { EngagementEvent } from "../../../shared/social/engagement/engagement-event.ts";
import { SocialImport } from "../../../shared/social/import/import.ts";
import { startUploads } from "../../workers/soundcloud/import-world.ts";
import { csvOf, importsWorld, likeAt } from "../../workers/social/imports-world.ts";
import { crashCase, requireDone } from "./crash-case.ts";

const ROWS = 200;

/** A file of events that takes three transactions, with a row that is refused in each of the first two. */
export const processSocialImportCrash = crashCase("an import of events", {
  place: async (gate) => {
    const { files, stop } = await startUploads();
    const gated = { ...files, read: gate.around(files.read), head: gate.around(files.head), remove: gate.around(files.remove) };
    return { world: await importsWorld(gated, { gate }), files, stop };
  },
  start: async ({ world }) => {
    const org = await world.org();
    const post = await org.post({ status: "published" });
    const likes = Array.from({ length: ROWS }, (_, n) => likeAt(post.id, n, n % 150 === 7 ? { event_type: "applause" } : {}));
    const id = await world.upload(org, csvOf(likes));
    await world.start(org, id);
    world.sent.splice(0);
    return { org, post, id, order: world.command(org, id) };
  },
  run: ({ world }, { order }) => requireDone(world.deliver(processImportWorker, [order])),
  state: async ({ world, files }, { org, post, id }) => {
    const { status, next_row, total_records, successful_imports, failed_imports, upload_key } = await SocialImport.get(
      org.ctx,
      { org_id: org.org_id, id },
      { consistent: true },
    );
    const rows = await world.rows(org, id);
    await world.settle();
    const at = { org_id: org.org_id, month: "2026-11", post_id: post.id };
    const stored = await Array.fromAsync(every((page) => EngagementEvent.list(org.ctx, at, { ...page, consistent: true })));
    return {
      import: { status, next_row, total_records, successful_imports, failed_imports },
      rows: rows.map(({ row, line, outcome, reason, column }) => [row, line, outcome, reason, column]),
      messages: new Set(rows.map(({ batch_id }) => batch_id)).size,
      stored: stored.map((event) => event.id),
      file: (await files.head(upload_key)) !== undefined,
    };
  },
  ends: { import: { status: "completed", total_records: ROWS, successful_imports: 198, failed_imports: 2 }, file: false },
  stop: ({ stop }) => stop(),
});
