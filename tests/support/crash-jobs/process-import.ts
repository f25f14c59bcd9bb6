import { processImportWorker } from "../../../functions/soundcloud/process-import.worker.ts";
import { MIXED } from "../../workers/soundcloud/import-files.ts";
import { importState, importWorld, startUploads } from "../../workers/soundcloud/import-world.ts";
import { crashCase, requireDone } from "./crash-case.ts";

/** A file with some of everything, which takes several transactions. */
export const processImportCrash = crashCase("an import", {
  place: async (gate) => {
    const { files, stop } = await startUploads();
    const gated = { ...files, read: gate.around(files.read), head: gate.around(files.head) };
    return { ...(await importWorld(gated, { gate })), stop };
  },
  start: async (world) => {
    const org = await world.org();
    const id = await world.upload(MIXED, {}, org);
    await world.start(id, org);
    return { org, id, order: world.command(id, org) };
  },
  run: (world, { order }) => requireDone(world.deliver(processImportWorker, [order])),
  state: (world, { org, id }) => importState(world, org, id),
  ends: { import: { status: "completed", total_records: 27, successful_imports: 23, skipped: 3, failed_imports: 1 }, completed: 1 },
  stop: (world) => world.stop(),
});
