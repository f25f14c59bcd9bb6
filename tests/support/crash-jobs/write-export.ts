import { text } from "node:stream/consumers";
import { WriteExport } from "../../../events/soundcloud/write-export.v1.ts";
import { writeExportWorker } from "../../../functions/soundcloud/write-export.worker.ts";
import { Export } from "../../../shared/soundcloud/export/export.ts";
import { orderExport } from "../../../shared/soundcloud/export/order-export.ts";
import { startUploads } from "../../workers/soundcloud/import-world.ts";
import type { CrashGate } from "../faults/crash.ts";
import { type SoundcloudOrg, soundcloudWorld } from "../soundcloud.ts";
import { crashCase, requireDone } from "./crash-case.ts";

const place = async (gate: CrashGate) => {
  const { files, stop } = await startUploads();
  return { world: await soundcloudWorld({ gate, ports: { files: { ...files, write: gate.around(files.write) } } }), files, stop };
};

const exportCrash = (
  title: string,
  order: (org: SoundcloudOrg) => Promise<Parameters<typeof orderExport>[1]>,
  shapeOf: (content: string) => readonly string[],
  ends: { readonly records: number },
) =>
  crashCase(title, {
    place,
    start: async ({ world }) => {
      const org = await world.org();
      const { id } = await orderExport(org.admin.ctx, await order(org));
      return { org, id, order: org.message(WriteExport, { export_id: id }) };
    },
    run: ({ world }, started) => requireDone(world.deliver(writeExportWorker, [started.order])),
    state: async ({ files }, { org, id }) => {
      const { status, records, size, file_key } = await Export.get(org.ctx, { org_id: org.org_id, id }, { consistent: true });
      const shape = shapeOf(await text(await files.read(file_key)));
      return { status, records, whole: size === (await files.head(file_key))?.length, shape };
    },
    ends: { status: "completed", whole: true, ...ends },
    stop: ({ stop }) => stop(),
  });

/** The export of a member who has done nothing yet. */
export const writeExportCrash = exportCrash(
  "an export",
  async (org) => ({ kind: "person", format: "json", member_id: (await org.member()).id }),
  (content) => Object.keys(JSON.parse(content) as object),
  { records: 5 },
);

/** The ledger of two members. */
export const writeListExportCrash = exportCrash(
  "the export of a list",
  async (org) => {
    for (let n = 0; n < 2; n++) await org.member();
    return { kind: "ledger", format: "csv" };
  },
  (content) => content.split("\r\n").map((line) => line.split(",")[3] ?? ""),
  { records: 2 },
);
