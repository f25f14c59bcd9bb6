import { processImportWorker } from "../../../functions/soundcloud/process-import.worker.ts";
import { MIXED } from "../../workers/soundcloud/import-files.ts";
import { importState, importWorld, sample, startUploads } from "../../workers/soundcloud/import-world.ts";
import { type CrashCase, crashCase, requireDone } from "./crash-case.ts";

/** What an import reads, and what the state must show of it. */
interface ImportedFile {
  content(): Promise<string | Buffer>;
  readonly ends: object;
  readonly alone?: true;
}

const importCrash = (title: string, { content, ends, alone }: ImportedFile): CrashCase =>
  crashCase(title, {
    place: async (gate) => {
      const { files, stop } = await startUploads();
      const gated = { ...files, read: gate.around(files.read), head: gate.around(files.head) };
      return { ...(await importWorld(gated, { gate })), content: await content(), stop };
    },
    start: async (world) => {
      const org = await world.org();
      const id = await world.upload(world.content, {}, org);
      await world.start(id, org);
      return { org, id, order: world.command(id, org) };
    },
    run: (world, { order }) => requireDone(world.deliver(processImportWorker, [order])),
    state: (world, { org, id }) => importState(world, org, id),
    ends,
    stop: (world) => world.stop(),
    ...(alone ? { alone } : {}),
  });

/** A file with some of everything, which takes several transactions. */
export const processImportCrash = importCrash("an import", {
  content: async () => MIXED,
  ends: { import: { status: "completed", total_records: 27, successful_imports: 23, skipped: 3, failed_imports: 1 }, completed: 1 },
});

/** The sample export as a whole. What waits in the outbox is read to tell the state, so that each run has its own. */
export const sampleImportCrash = importCrash("the import of the sample export", {
  content: sample,
  ends: { import: { status: "completed", total_records: 2149, successful_imports: 865, skipped: 1284, failed_imports: 0 }, completed: 1 },
  alone: true,
});
