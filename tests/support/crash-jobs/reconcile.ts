import { Reconcile } from "../../../events/soundcloud/reconcile.v1.ts";
import { reconcileWorker } from "../../../functions/soundcloud/reconcile.worker.ts";
import { Wallet } from "../../../shared/soundcloud/credit/wallet.ts";
import { crashCase, requireDone } from "../soundcloud-crash/crash-case.ts";
import { differencesOf } from "../soundcloud-crash/queue-state.ts";
import { soundcloudWorld } from "../soundcloud.ts";

const metrics = { count: () => undefined, took: () => undefined, flush: () => undefined };

/** A wallet that differs from its entries is told and not touched. */
export const reconcileCrash = crashCase("the recomputation of the books", {
  place: (gate) => soundcloudWorld({ gate, ports: { metrics } }),
  start: async (world) => {
    const org = await world.org();
    const { id } = await org.member();
    await Wallet.patch(org.ctx, { org_id: org.org_id, member_id: id }, { balance: 2 });
    return { org, id, order: org.message(Reconcile, { date: "2026-11-21" }) };
  },
  run: (world, { order }) => requireDone(world.deliver(reconcileWorker, [order])),
  state: async (world, { org, id }) => ({
    balance: (await org.wallet(id)).balance,
    told: world.log.lines.some(({ message, fields }) => message === "books differ" && fields?.["org_id"] === org.org_id),
    differences: (await differencesOf(org)).length,
  }),
  ends: { balance: 2, told: true, differences: 1 },
});
