import { text } from "node:stream/consumers";
import { ErasePerson } from "../../../events/social/erase-person.v1.ts";
import { WriteExport } from "../../../events/social/write-export.v1.ts";
import { erasePersonWorker } from "../../../functions/social/erase-person.worker.ts";
import { writeExportWorker } from "../../../functions/social/write-export.worker.ts";
import { createConversion } from "../../../shared/social/conversion/create-conversion.ts";
import { Conversion } from "../../../shared/social/conversion/conversion.ts";
import { recountRevenue } from "../revenue.ts";
import { EngagementEvent } from "../../../shared/social/engagement/engagement-event.ts";
import { Touch } from "../../../shared/social/engagement/touch.ts";
import { orderErasure } from "../../../shared/social/erasure/order-erasure.ts";
import { PersonErasure } from "../../../shared/social/erasure/person-erasure.ts";
import { SocialExport } from "../../../shared/social/export/export.ts";
import { orderExport } from "../../../shared/social/export/order-export.ts";
import { startUploads } from "../../workers/soundcloud/import-world.ts";
import { engages, somebody, touches } from "../audience.ts";
import type { CrashGate } from "../faults/crash.ts";
import { type SocialOrg, socialWorld } from "../social.ts";
import { crashCase, requireDone } from "./crash-case.ts";

const AT = "2026-11-10T09:00:00.000Z";
const who = somebody("1234567890");

const place = async (gate: CrashGate) => {
  const { files, stop } = await startUploads();
  const gated = { ...files, write: gate.around(files.write), remove: gate.around(files.remove) };
  return { world: await socialWorld({ gate, ports: { files: gated } }), files, stop };
};

/** Two events, two touches and a purchase of one person. */
const lived = async (org: SocialOrg): Promise<void> => {
  const post = await org.post({ status: "published" });
  for (const type of ["like", "save"] as const) await engages(org, who, post.id, type, AT);
  for (const type of ["view", "profile_visit"] as const) await touches(org, who, post.id, type, AT);
  const purchase = { source: "shop", external_id: "order-1", conversion_type: "purchase", conversion_value: "40.00", conversion_at: AT };
  await createConversion(org.ctx, { ...purchase, ...who });
};

/** The erasure of somebody of the audience of whom an export was ordered. */
export const eraseSocialPersonCrash = crashCase("an erasure of somebody of the audience", {
  place,
  start: async ({ world }) => {
    const org = await world.org();
    await lived(org);
    const { id: export_id } = await orderExport(org.owner.ctx, { kind: "person", format: "json", ...who });
    const { id } = await orderErasure(org.owner.ctx, who);
    return { org, id, export_id, order: org.message(ErasePerson, { person_erasure_id: id }) };
  },
  run: ({ world }, { order }) => requireDone(world.deliver(erasePersonWorker, [order])),
  state: async (_, { org, id, export_id }) => {
    const at = { org_id: org.org_id, ...who };
    const [erasure, exported] = [
      await PersonErasure.get(org.ctx, { org_id: org.org_id, id }, { consistent: true }),
      await SocialExport.get(org.ctx, { org_id: org.org_id, id: export_id }, { consistent: true }),
    ];
    const { status, platform_user_id, events, touches: seen, conversions } = erasure;
    const left = await Promise.all([EngagementEvent.query.byPerson(org.ctx, at), Touch.list(org.ctx, at), Conversion.query.byPerson(org.ctx, at)]);
    return {
      status,
      platform_user_id,
      cleared: [events, seen, conversions],
      left: left.map(({ items }) => items.length),
      sums: await recountRevenue(org.ctx),
      exported: [exported.status, exported.platform_user_id, exported.errors.map(({ code }) => code)],
    };
  },
  ends: {
    status: "completed",
    platform_user_id: undefined,
    cleared: [2, 2, 1],
    left: [0, 0, 0],
    sums: [],
    exported: ["failed", undefined, ["person_erased"]],
  },
  stop: ({ stop }) => stop(),
});

/** The export of a person. */
export const writeSocialExportCrash = crashCase("an export of somebody of the audience", {
  place,
  start: async ({ world }) => {
    const org = await world.org();
    await lived(org);
    const { id } = await orderExport(org.owner.ctx, { kind: "person", format: "json", ...who });
    return { org, id, order: org.message(WriteExport, { export_id: id }) };
  },
  run: ({ world }, { order }) => requireDone(world.deliver(writeExportWorker, [order])),
  state: async ({ files }, { org, id }) => {
    const { status, records, size, file_key } = await SocialExport.get(org.ctx, { org_id: org.org_id, id }, { consistent: true });
    const file = JSON.parse(await text(await files.read(file_key))) as Record<string, unknown[]>;
    return { status, records, whole: size === (await files.head(file_key))?.length, sections: [file["engagement_events"]?.length, file["touches"]?.length] };
  },
  ends: { status: "completed", whole: true, records: 5, sections: [2, 2] },
  stop: ({ stop }) => stop(),
});
