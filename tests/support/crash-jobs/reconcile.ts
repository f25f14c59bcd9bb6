import { RunReconciliation } from "../../../events/soundcloud/run-reconciliation.v1.ts";
import { reconcileWorker } from "../../../functions/soundcloud/reconcile.worker.ts";
import { Wallet } from "../../../shared/soundcloud/credit/wallet.ts";
import { createReconciliation } from "../../../shared/soundcloud/reconcile/create-reconciliation.ts";
import { Reconciliation } from "../../../shared/soundcloud/reconcile/reconciliation.ts";
import { soundcloudWorld } from "../soundcloud.ts";
import { crashCase, requireDone } from "./crash-case.ts";
import { differencesOf } from "./queue-state.ts";

const metrics = { count: () => undefined, took: () => undefined, by: () => undefined, flush: () => undefined };

/** A wallet that differs from its entries is told and not touched. */
export const reconcileCrash = crashCase("the recomputation of the books", {
  place: (gate) => soundcloudWorld({ gate, ports: { metrics } }),
  start: async (world) => {
    const org = await world.org();
    const { id } = await org.member();
    await Wallet.patch(org.ctx, { org_id: org.org_id, member_id: id }, { balance: 2 });
    const run = await createReconciliation(org.ctx);
    return { org, id, run, order: org.message(RunReconciliation, { reconciliation_id: run.id }) };
  },
  run: (world, { order }) => requireDone(world.deliver(reconcileWorker, [order])),
  state: async (_, { org, id, run }) => {
    const { status, difference_count, checked } = await Reconciliation.get(org.ctx, { org_id: org.org_id, id: run.id }, { consistent: true });
    return { balance: (await org.wallet(id)).balance, status, difference_count, checked, differences: (await differencesOf(org)).length };
  },
  ends: { balance: 2, status: "completed", difference_count: 1, differences: 1 },
});
