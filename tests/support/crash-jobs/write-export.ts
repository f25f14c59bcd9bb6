import { text } from "node:stream/consumers";
import { WriteExport } from "../../../events/soundcloud/write-export.v1.ts";
import { writeExportWorker } from "../../../functions/soundcloud/write-export.worker.ts";
import { Export } from "../../../shared/soundcloud/export/export.ts";
import { orderExport } from "../../../shared/soundcloud/export/order-export.ts";
import { startUploads } from "../../workers/soundcloud/import-world.ts";
import { soundcloudWorld } from "../soundcloud.ts";
import { crashCase, requireDone } from "./crash-case.ts";

/** The export of a member who has done nothing yet. */
export const writeExportCrash = crashCase("an export", {
  place: async (gate) => {
    const { files, stop } = await startUploads();
    return { world: await soundcloudWorld({ gate, ports: { files: { ...files, write: gate.around(files.write) } } }), files, stop };
  },
  start: async ({ world }) => {
    const org = await world.org();
    const member = await org.member();
    const { id } = await orderExport(org.admin.ctx, { kind: "person", member_id: member.id });
    return { org, id, order: org.message(WriteExport, { export_id: id }) };
  },
  run: ({ world }, { order }) => requireDone(world.deliver(writeExportWorker, [order])),
  state: async ({ files }, { org, id }) => {
    const { status, records, size, file_key } = await Export.get(org.ctx, { org_id: org.org_id, id }, { consistent: true });
    const document: object = JSON.parse(await text(await files.read(file_key)));
    return { status, records, whole: size === (await files.head(file_key))?.length, sections: Object.keys(document) };
  },
  ends: { status: "completed", records: 5, whole: true },
  stop: ({ stop }) => stop(),
});
