import { AsyncLocalStorage } from "node:async_hooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WriteExport } from "../../../events/social/write-export.v1.ts";
import { exportsApi } from "../../../functions/social/exports.api.ts";
import { personsApi } from "../../../functions/social/persons.api.ts";
import { writeExportWorker } from "../../../functions/social/write-export.worker.ts";
import type { Files } from "../../../shared/kernel/files/files.ts";
import { archiveMonth } from "../../../shared/social/archive/archive-month.ts";
import { orderRestore } from "../../../shared/social/archive/order-restore.ts";
import { restoreMonth } from "../../../shared/social/archive/restore-month.ts";
import { parkEvents } from "../../../shared/social/engagement/park-events.ts";
import { somebody } from "../../support/audience.ts";
import { serveRecorded } from "../../support/recorder/served.ts";
import { SMALL } from "../../support/simulation/simulated-archive.ts";
import type { SocialOrg } from "../../support/social.ts";
import { uploadStore } from "../soundcloud/import-world.ts";
import { type ArchiveWorld, MONTH, archiveWorld } from "./archive-world.ts";

const store = uploadStore();
let world: ArchiveWorld;
beforeAll(async () => {
  world = await archiveWorld({ apis: [exportsApi, personsApi], ports: { files: store() } });
});
afterAll(() => world.stop());

const order = async (org: SocialOrg, platform_user_id: string): Promise<string> => {
  const { body } = await org.owner.api.post("/social/persons/export", somebody(platform_user_id), { key: world.ids.uuid() });
  await world.purge(writeExportWorker);
  return body.id;
};
const read = async (org: SocialOrg, id: string) => (await org.owner.api.get(`/social/exports/${id}`)).body;
/** Delivers the order once; how often it failed. */
const deliver = async (org: SocialOrg, export_id: string, files: Files, remaining_ms: () => number = () => 60_000): Promise<number> => {
  const Records = [{ messageId: "1", body: org.message(WriteExport, { export_id }), attributes: { ApproximateReceiveCount: "1" } }];
  const serve = serveRecorded(writeExportWorker, { ...world.boot, ports: { archive: world.store.archive, files } });
  return (await serve({ Records } as never, { getRemainingTimeInMillis: remaining_ms })).batchItemFailures.length;
};
/** Time that is over when it has been looked at so often. */
const timeFor = (looks: number) => {
  let seen = 0;
  return (): number => (seen++ < looks ? 60_000 : 14_000);
};

describe("write-export of somebody of whom the archive may have events", () => {
  it("ends before its time does, also while it reads parts that say nothing of the person", async () => {
    const org = await world.org();
    await world.fill(org, { posts: 6 });
    await archiveMonth(world.jobCtx(org), { month: MONTH }, SMALL);
    const id = await order(org, "nobody");
    expect(await deliver(org, id, store(), timeFor(3))).toBe(0);
    const detail = "There is more than one run can write. Ask for help with this one.";
    expect(await read(org, id)).toMatchObject({ status: "failed", errors: [{ code: "out_of_time", detail }] });
    expect(await deliver(org, id, store())).toBe(0);
    expect(await read(org, id)).toMatchObject({ status: "completed", records: 0 });
  });

  it("ends before its time does while it reads parked events of others", async () => {
    const org = await world.org();
    const event = { event_type: "like" as const, event_timestamp: "2027-01-31T00:00:00.000Z", platform: "instagram" as const, platform_post_id: "unknown" };
    await parkEvents(org.ctx, world.ids.uuid(), [{ ...event, id: "1", platform_user_id: "other" }]);
    const id = await order(org, "nobody");
    expect(await deliver(org, id, store(), timeFor(1))).toBe(0);
    expect(await read(org, id)).toMatchObject({ status: "failed", errors: [{ code: "out_of_time" }] });
  });

  it("is repeated when a month came back between the reading of the table and of the archive", async () => {
    const org = await world.org();
    await world.fill(org, { posts: 2, events: 5 });
    await archiveMonth(world.jobCtx(org), { month: MONTH }, SMALL);
    await orderRestore(org.ctx, MONTH);
    // The job that brings the month back is another function's work.
    const apart = AsyncLocalStorage.snapshot();
    const restoring: Files = {
      ...store(),
      write: (key, content, terms) => {
        const pieces = async function* (): AsyncGenerator<string> {
          for await (const piece of content as AsyncIterable<string>) {
            if (piece.includes('"archived_engagement_events"')) await apart(() => restoreMonth(world.jobCtx(org), { month: MONTH }, SMALL));
            yield piece;
          }
        };
        return store().write(key, pieces(), terms);
      },
    };
    const id = await order(org, "person-1");
    expect(await deliver(org, id, restoring)).toBe(1);
    expect(await read(org, id)).toMatchObject({ status: "processing" });
    expect((await world.monthOf(org)).status).toBe("restored");
    expect(await deliver(org, id, store())).toBe(0);
    const done = await read(org, id);
    expect(done).toMatchObject({ status: "completed", records: 2 });
    const file = (await (await fetch(done.download_url)).json()) as { engagement_events: object[]; archived_engagement_events: object[] };
    expect([file.engagement_events.length, file.archived_engagement_events]).toEqual([2, []]);
  });
});
