import { exportsApi } from "../../functions/soundcloud/exports.api.ts";
import { outboxJob } from "../../functions/soundcloud/outbox.stream.ts";
import { processImportWorker } from "../../functions/soundcloud/process-import.worker.ts";
import { writeExportWorker } from "../../functions/soundcloud/write-export.worker.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { soundcloudWorld } from "../../tests/support/soundcloud.ts";
import { importWorld, sample, startUploads } from "../../tests/workers/soundcloud/import-world.ts";
import type { Host, Scene } from "./measure.ts";
import { requireOk } from "./require-ok.ts";

const ROWS = 300;
const MEMBERS = 100;

/** A file of campaigns, row by row. */
export const imports = async (host: Host): Promise<Scene> => {
  const uploads = await startUploads();
  const world = await importWorld(uploads.files, { host });
  const file = await sample(ROWS);
  return {
    world,
    outbox: { system: soundcloudSystem, job: outboxJob },
    stop: uploads.stop,
    operations: [
      {
        title: "a row of an import",
        http: 2,
        run: async (aside) => {
          const id = await world.upload(file);
          await world.start(id);
          const workers = await world.drain(processImportWorker);
          const { length: count } = await aside(() => world.rows(id));
          if (count < ROWS) throw new Error(`${count} of ${ROWS} rows are read.`);
          return { count, workers };
        },
      },
    ],
  };
};

/** A file of members, row by row. */
export const exports = async (host: Host): Promise<Scene> => {
  const uploads = await startUploads();
  const world = await soundcloudWorld({ apis: [exportsApi], ports: { files: uploads.files }, host });
  for (let n = 0; n < MEMBERS; n++) await world.member();
  return {
    world,
    outbox: { system: soundcloudSystem, job: outboxJob },
    stop: uploads.stop,
    operations: [
      {
        title: "a row of an export",
        count: MEMBERS,
        http: 2,
        run: async () => {
          const { id } = await requireOk(world.moderator.api.post("/soundcloud/exports", { kind: "members", format: "csv" }));
          const workers = await world.drain(writeExportWorker);
          const { records } = await requireOk(world.moderator.api.get(`/soundcloud/exports/${id}`));
          if (records !== MEMBERS) throw new Error(`The export has ${records} rows.`);
          return { workers };
        },
      },
    ],
  };
};
