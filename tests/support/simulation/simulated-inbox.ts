import type { Database } from "../../../shared/kernel/table/database.ts";
import { deliverNotification } from "../../../shared/soundcloud/notification/deliver-notification.ts";
import { Inbox, isRead } from "../../../shared/soundcloud/notification/inbox.ts";
import { Notification } from "../../../shared/soundcloud/notification/notification.ts";
import { readAllNotifications } from "../../../shared/soundcloud/notification/read-all-notifications.ts";
import { simulatedWorld, TABLES } from "./simulated-ledger.ts";
import { type Simulated, simulate } from "./simulation.ts";

export interface InboxRun {
  readonly seed: number;
  readonly events: number;
  readonly at_once: number;
  /** A mistake of the code itself. */
  readonly mutant?: ((db: Database) => Database) | undefined;
}

const DELIVERIES = 200;

/** Facts come to one person at once, each twice, while everything is marked as read; then the inbox is counted anew. */
export const simulateInbox = ({ events, at_once, ...options }: InboxRun): Promise<Simulated<readonly string[]>> =>
  simulate({ ...options, kinds: [], tables: TABLES }, async (simulation) => {
    const world = await simulatedWorld(simulation);
    const { user_id } = world.admin;
    const at = { org_id: world.org_id, user_id };
    const ids = Array.from({ length: events }, () => world.ids.uuid());
    const again = async (work: () => Promise<unknown>): Promise<void> => {
      for (let delivery = 1; ; delivery++)
        try {
          await work();
          return;
        } catch (error) {
          if (delivery >= DELIVERIES) throw error;
        }
    };
    const lanes = Array.from({ length: at_once }, () => simulation.lane());
    simulation.begin();
    await Promise.all(
      lanes.map(async ({ db }, lane) => {
        const ctx = { ...world.admin.ctx, db };
        for (const [n, id] of ids.entries()) {
          if (n % at_once === lane || (n + 1) % at_once === lane) await again(() => deliverNotification(ctx, user_id, { title: "A", message: "B." }, id));
          if (lane === 0 && n % 5 === 0) await again(() => readAllNotifications(ctx, undefined));
        }
      }),
    );
    simulation.end();
    const inbox = await Inbox.get(world.ctx, at, { consistent: true });
    const { items } = await Notification.list(world.ctx, at, { consistent: true, limit: 1000 });
    const unread = items.filter((one) => !isRead(one, inbox)).length;
    return [
      ...(new Set(items.map(({ id }) => id)).size === events && items.length === events ? [] : ["not each was told once"]),
      ...(items.every(({ seq }, n) => seq === n + 1) && inbox.seq === items.length ? [] : ["the numbers are not dense"]),
      ...(inbox.unread === unread ? [] : [`${inbox.unread} are counted as unread, ${unread} are`]),
    ];
  });
