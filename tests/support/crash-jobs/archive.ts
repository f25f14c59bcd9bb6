import { gunzipSync } from "node:zlib";
import { ArchiveMonth } from "../../../events/social/archive-month.v1.ts";
import { ArchiveMonths } from "../../../events/social/archive-months.v1.ts";
import { ErasePerson } from "../../../events/social/erase-person.v1.ts";
import { RestoreMonth } from "../../../events/social/restore-month.v1.ts";
import { archiveMonthWorker } from "../../../functions/social/archive-month.worker.ts";
import { archiveMonthsWorker } from "../../../functions/social/archive-months.worker.ts";
import { erasePersonWorker } from "../../../functions/social/erase-person.worker.ts";
import { restoreMonthWorker } from "../../../functions/social/restore-month.worker.ts";
import { archiveMonth } from "../../../shared/social/archive/archive-month.ts";
import { orderRestore } from "../../../shared/social/archive/order-restore.ts";
import { EngagementEvent } from "../../../shared/social/engagement/engagement-event.ts";
import { orderErasure } from "../../../shared/social/erasure/order-erasure.ts";
import { PersonErasure } from "../../../shared/social/erasure/person-erasure.ts";
import type { Post } from "../../../shared/social/post/post.ts";
import { type ArchiveWorld, MONTH, archiveWorld } from "../../workers/social/archive-world.ts";
import { startUploads } from "../../workers/soundcloud/import-world.ts";
import type { CrashGate } from "../faults/crash.ts";
import type { SocialOrg } from "../social.ts";
import { SMALL } from "../simulation/simulated-archive.ts";
import { crashCase, requireDone } from "./crash-case.ts";

const place = (gate: CrashGate): Promise<ArchiveWorld> => archiveWorld({ gate });
const stop = (world: ArchiveWorld): Promise<void> => world.stop();

/** Two posts with three events each in a month that is due. */
const filled = async (world: ArchiveWorld): Promise<{ org: SocialOrg; posts: Post[] }> => {
  const org = await world.org();
  return { org, posts: await world.fill(org, { posts: 2, events: 3 }) };
};
interface Ordered {
  readonly org: SocialOrg;
  readonly posts: readonly Post[];
  readonly order: string;
}
const stateOf = async (world: ArchiveWorld, { org, posts }: Ordered) => {
  const { status, copies } = await world.monthOf(org);
  return { status, archived: copies.map(({ events }) => events), in_table: (await world.stored(org, posts)).length };
};

export const archiveMonthCrash = crashCase("the archiving of a month", {
  place,
  start: async (world) => {
    const made = await filled(world);
    return { ...made, order: made.org.message(ArchiveMonth, { month: MONTH }) };
  },
  run: (world, { order }) => requireDone(world.deliver(archiveMonthWorker, [order])),
  state: stateOf,
  ends: { status: "archived", archived: [6], in_table: 0 },
  stop,
});

export const restoreMonthCrash = crashCase("the restoring of a month", {
  place,
  start: async (world) => {
    const made = await filled(world);
    await archiveMonth(world.jobCtx(made.org), { month: MONTH });
    await orderRestore(made.org.ctx, MONTH);
    return { ...made, order: made.org.message(RestoreMonth, { month: MONTH }) };
  },
  run: (world, { order }) => requireDone(world.deliver(restoreMonthWorker, [order])),
  state: stateOf,
  ends: { status: "restored", archived: [], in_table: 6 },
  stop,
});

/** Somebody has an event in each of two parts of an archived month. */
export const eraseArchivedCrash = crashCase("an erasure of somebody in the archive", {
  place: async (gate) => {
    const uploads = await startUploads();
    const world = await archiveWorld({ gate, ports: { files: uploads.files } });
    return { ...world, stop: () => Promise.all([world.stop(), uploads.stop()]).then(() => undefined) };
  },
  start: async (world) => {
    const made = await filled(world);
    const who = { platform: "instagram", platform_user_id: "gone" } as const;
    const stored = (await world.stored(made.org, made.posts)).map((item) => EngagementEvent.load(item));
    for (const event of [stored[0]!, stored.at(-1)!]) await EngagementEvent.patch(made.org.ctx, event, who);
    await archiveMonth(world.jobCtx(made.org), { month: MONTH }, SMALL);
    const { id } = await orderErasure(made.org.owner.ctx, who);
    world.sent.splice(0);
    return { ...made, id, order: made.org.message(ErasePerson, { person_erasure_id: id }) };
  },
  run: (world, { order }) => requireDone(world.deliver(erasePersonWorker, [order])),
  state: async (world, started) => {
    const { org, id } = started;
    const { status, archived } = await PersonErasure.get(org.ctx, { org_id: org.org_id, id }, { consistent: true });
    const keys = await world.store.keys(org.org_id);
    const objects = await Promise.all(keys.filter((key) => key.endsWith(".gz")).map(async (key) => gunzipSync(await world.store.read(key)).toString("utf8")));
    return {
      ...(await stateOf(world, started)),
      erasure: [status, archived],
      objects: keys.length,
      told: objects.filter((text) => text.includes("gone")).length,
    };
  },
  ends: { status: "archived", archived: [6], in_table: 0, erasure: ["completed", 2], told: 0 },
  stop: (world) => world.stop(),
});

export const archiveMonthsCrash = crashCase("the order of the months that are due", {
  place,
  start: async (world) => {
    const { org } = await filled(world);
    await world.fill(org, { posts: 1, events: 1, month: "2024-12" });
    world.sent.splice(0);
    return { org, order: org.message(ArchiveMonths, { period: "2027-02" }) };
  },
  run: (world, { order }) => requireDone(world.deliver(archiveMonthsWorker, [order])),
  state: async ({ sent }) => ({
    months: [...new Set(sent.map(({ envelope }) => (envelope.data as { month: string }).month))],
    ids: new Set(sent.map(({ envelope }) => envelope.id)).size,
  }),
  ends: { months: ["2024-12", "2025-01"], ids: 2 },
  stop,
});
