import { Notify } from "../../../events/soundcloud/notify.v1.ts";
import { notifyWorker } from "../../../functions/soundcloud/notify.worker.ts";
import { Inbox } from "../../../shared/soundcloud/notification/inbox.ts";
import { Notification } from "../../../shared/soundcloud/notification/notification.ts";
import { soundcloudWorld } from "../soundcloud.ts";
import { crashCase, requireDone } from "./crash-case.ts";
import { differencesOf } from "./queue-state.ts";

/** A fact that all of the ops are told: one has an inbox, the other gets one. */
export const notifyCrash = crashCase("a notification", {
  place: (gate) => soundcloudWorld({ gate }),
  start: async (world) => {
    const org = await world.org();
    const fact = () => org.message(Notify, { fact: "complaint-received", data: { complaint_id: world.ids.uuid() } });
    await requireDone(world.deliver(notifyWorker, [fact()]));
    await Inbox.delete(org.ctx, { org_id: org.org_id, user_id: org.moderator.user_id });
    const [first] = (await Notification.list(org.ctx, { org_id: org.org_id, user_id: org.moderator.user_id })).items;
    await Notification.delete(org.ctx, first!);
    return { org, order: fact() };
  },
  run: (world, { order }) => requireDone(world.deliver(notifyWorker, [order])),
  state: async (_, { org }) => {
    const { org_id, ctx } = org;
    const counts = async ({ user_id }: { user_id: string }) => {
      const inbox = await Inbox.get(ctx, { org_id, user_id }, { consistent: true });
      return [inbox.seq, inbox.unread, (await Notification.list(ctx, { org_id, user_id }, { consistent: true })).items.length];
    };
    return { admin: await counts(org.admin), moderator: await counts(org.moderator), books: await differencesOf(org) };
  },
  ends: { admin: [2, 2, 2], moderator: [1, 1, 1], books: [] },
});
