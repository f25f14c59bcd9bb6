import { DeadlinePassed } from "../../../events/soundcloud/deadline-passed.v1.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import { isDomainError } from "../../kernel/errors.ts";
import type { PageOf } from "../../kernel/http/route.ts";
import { transact } from "../../kernel/table/table.ts";
import { Member } from "../member/member.ts";
import { expireNotifications } from "../notification/expire-notifications.ts";
import { getSettings } from "../settings/get-settings.ts";
import type { Settings } from "../settings/settings.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import { CLOCKS, DAY_MS, type Waiting, inactiveAt } from "./clock.ts";
import { type AlertClock, DeadlineAlert } from "./deadline-alert.ts";

const PAGE = 100;
/** A page is not begun with less time than this; what is left is told by the next hour's run. */
const STOP_MS = 20_000;
const KEPT_MS = 400 * DAY_MS;
const HOURLY = ["decision", "review", "complaint", "inquiry"] as const satisfies readonly AlertClock[];

/** Tells that one subject is late, in the transaction that notes it. Another run may be first, which is all that was wanted. */
const tell = async (ctx: OrgJobCtx, clock: AlertClock, known: DeadlineAlert | undefined, { subject_id, since, due_at }: Required<Waiting>): Promise<void> => {
  const fields = { episode: since, due_at, expires_at: Math.ceil((ctx.clock.now().getTime() + KEPT_MS) / 1000) };
  const noted = known ? DeadlineAlert.writes.patch(ctx, known, fields) : DeadlineAlert.writes.create(ctx, { org_id: ctx.org_id, subject_id, clock, ...fields });
  const passed = soundcloudSystem.emit(ctx, DeadlinePassed, { clock, subject_id, episode: since, due_at });
  try {
    await transact(ctx, soundcloud, [...noted, ...passed], { pattern: "worklist.tell" });
  } catch (error) {
    if (!isDomainError(error, "already_exists") && !isDomainError(error, "concurrent_change")) throw error;
  }
};

/** Tells what was not told yet of those that are late. */
const tellPage = async (ctx: OrgJobCtx, clock: AlertClock, waiting: readonly Waiting[]): Promise<void> => {
  const { org_id } = ctx;
  const now = ctx.clock.now().toISOString();
  const late = waiting.filter((one): one is Required<Waiting> => one.since !== undefined && one.due_at !== undefined && one.due_at < now);
  const known = await DeadlineAlert.getMany(
    ctx,
    late.map(({ subject_id }) => ({ org_id, subject_id, clock })),
    { consistent: true },
  );
  const of = new Map(known.map((alert) => [alert.subject_id, alert]));
  for (const one of late) if (of.get(one.subject_id)?.episode !== one.since) await tell(ctx, clock, of.get(one.subject_id), one);
};

type Pages = (position: unknown) => Promise<PageOf<Waiting>>;

/** Page after page while there is time; false when it ran out. */
const tellAll = async (ctx: OrgJobCtx, clock: AlertClock, pages: Pages): Promise<boolean> => {
  let position: unknown;
  do {
    if (ctx.remaining_ms() < STOP_MS) return false;
    const page = await pages(position);
    await tellPage(ctx, clock, page.items);
    position = page.position;
  } while (position !== undefined);
  return true;
};

/** Members by their activity: all of them are looked at, once a day. */
const membersWaiting =
  (ctx: OrgJobCtx, settings: Settings): Pages =>
  async (position) => {
    const page = await Member.query.all(ctx, { org_id: ctx.org_id }, { limit: 1000, position });
    const present = page.items.filter(({ erased_at }) => erased_at === undefined);
    return {
      items: present.map((member) => ({ subject_id: member.id, since: member.last_activity_at, due_at: inactiveAt(member, settings) })),
      position: page.position,
    };
  };

/**
 * Tells ops by one event what has become late: once per subject, clock and episode, however often it runs. Once a day it
 * looks for members who became inactive, too, and removes notifications that have expired. README, Worklist.
 */
export const checkClocks = async (ctx: OrgJobCtx, { daily }: { daily: boolean }): Promise<void> => {
  const settings = await getSettings(ctx);
  const late_at = ctx.clock.now().toISOString();
  for (const clock of HOURLY)
    if (!(await tellAll(ctx, clock, (position) => CLOCKS[clock](ctx, settings, { limit: PAGE, position }, late_at))))
      return ctx.log.warn("clocks left to the next run", { clock });
  if (!daily) return;
  await tellAll(ctx, "inactivity", membersWaiting(ctx, settings));
  await expireNotifications(ctx);
};
