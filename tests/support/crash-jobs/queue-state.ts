import type { CrashGate } from "../faults/crash.ts";
import type { SoundcloudOrg } from "../soundcloud.ts";
import { Queue } from "../../../shared/soundcloud/queue/queue.ts";
import { reconcileOrg } from "../../../shared/soundcloud/reconcile/reconcile.ts";
import { DAY, type QueueWorld, queueWorld } from "../../workers/soundcloud/queues-world.ts";

/** The network with SoundCloud under the gate. The app's token is there already: it is shared, and SoundCloud gives few. */
export const gatedQueues = async (gate: CrashGate): Promise<QueueWorld> => {
  const world = await queueWorld({ gate });
  await world.soundcloud.resolve("https://soundcloud.com/first-of-all");
  return world;
};

export const queueOf = (org: SoundcloudOrg): Promise<Queue> => Queue.get(org.ctx, { org_id: org.org_id, date: DAY }, { consistent: true });
/** What a wallet holds, and how many entries made it so. */
export const creditsOf = async (org: SoundcloudOrg, member_ids: readonly string[]): Promise<unknown[]> => {
  const wallets = await Promise.all(member_ids.map((id) => org.wallet(id)));
  return wallets.map(({ balance, reserved, held, debt, seq }) => ({ balance, reserved, held, debt, seq }));
};
export const differencesOf = async (org: SoundcloudOrg): Promise<unknown[]> => (await reconcileOrg(org.ctx)).differences;
