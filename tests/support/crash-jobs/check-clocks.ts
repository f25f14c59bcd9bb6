import { CheckClocks } from "../../../events/soundcloud/check-clocks.v1.ts";
import { checkClocksWorker } from "../../../functions/soundcloud/check-clocks.worker.ts";
import { createComplaint } from "../../../shared/soundcloud/complaint/create-complaint.ts";
import { createInquiry } from "../../../shared/soundcloud/inquiry/create-inquiry.ts";
import { deliverNotification } from "../../../shared/soundcloud/notification/deliver-notification.ts";
import { Inbox } from "../../../shared/soundcloud/notification/inbox.ts";
import { soundcloudWorld } from "../soundcloud.ts";
import { crashCase, requireDone } from "./crash-case.ts";
import { differencesOf } from "./queue-state.ts";

const LONG_MS = 91 * 24 * 3_600_000;

/** An inquiry and a complaint that are late, a member who became inactive, and a notification that has expired. */
export const checkClocksCrash = crashCase("a look at the clocks", {
  place: (gate) => soundcloudWorld({ gate }),
  start: async (world) => {
    const org = await world.org();
    await createInquiry(org.ctx, { name: "Neon", email: "neon@example.com" } as never);
    await createComplaint(org.ctx, { email: "ada@example.com" });
    await org.member();
    await deliverNotification(org.ctx, org.admin.user_id, { title: "Old", message: "Old." }, world.ids.uuid());
    world.clock.advance(LONG_MS);
    return { org, order: org.message(CheckClocks, { daily: true }) };
  },
  run: (world, { order }) => requireDone(world.deliver(checkClocksWorker, [order])),
  state: async (_, { org }) => {
    const told = (await org.events()).filter(({ type }) => type === "soundcloud.deadline-passed.v1").map(({ data }) => (data as { clock: string }).clock);
    const { unread } = await Inbox.get(org.ctx, { org_id: org.org_id, user_id: org.admin.user_id }, { consistent: true });
    return { told: told.toSorted(), unread, books: await differencesOf(org) };
  },
  ends: { told: ["complaint", "inactivity", "inquiry"], unread: 0, books: [] },
});
