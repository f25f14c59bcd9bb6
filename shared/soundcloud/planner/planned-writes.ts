import type { OrgCtx } from "../../kernel/context.ts";
import type { Write } from "../../kernel/table/table.ts";
import { Campaign } from "../campaign/campaign.ts";
import { ERASED_TRACK_URL } from "../erasure/erased-track.ts";
import { Submission } from "../submission/submission.ts";
import { type Move, type PlannedDays, type Standing, changeDays, daysAfter, firstDay } from "./planned-days.ts";
import type { Schedule } from "./schedule.ts";

/** As many ids of Influence Planner as a submission keeps, the first ones; the list of its schedules has all. */
export const MOST_SCHEDULE_IDS = 100;

type After = Standing & Pick<Schedule, "ip_schedule_id" | "ip_calendar_url">;
/** What becomes of a schedule. */
export interface Change extends Move {
  readonly from?: Schedule | undefined;
  readonly to: After;
}

interface Carrier {
  readonly planned_days: PlannedDays;
  readonly ip_schedule_ids: readonly string[];
  readonly ip_tracking_url?: string | undefined;
}
interface Told {
  readonly changes: readonly Change[];
  /** Ids that Influence Planner gave with these changes. */
  readonly accepted: readonly string[];
  readonly tracking_url: string | undefined;
}

const toldBy = (changes: readonly Change[]): Told => {
  const accepted = changes.filter(({ from, to }) => to.ip_schedule_id !== undefined && to.ip_schedule_id !== from?.ip_schedule_id).map(({ to }) => to);
  return {
    changes,
    accepted: [...new Set(accepted.map(({ ip_schedule_id }) => ip_schedule_id!))],
    tracking_url: accepted.find(({ ip_calendar_url }) => ip_calendar_url !== undefined)?.ip_calendar_url,
  };
};

/** What a carrier learns that it does not have yet; empty when it is nothing. */
const learned = ({ planned_days, ip_schedule_ids, ip_tracking_url }: Carrier, { changes, accepted, tracking_url }: Told) => {
  const ids = accepted.filter((id) => !ip_schedule_ids.includes(id)).slice(0, MOST_SCHEDULE_IDS - ip_schedule_ids.length);
  return {
    ...(changeDays(changes) ? { planned_days: daysAfter(planned_days, changes) } : {}),
    ...(ids.length > 0 ? { ip_schedule_ids: [...ip_schedule_ids, ...ids] } : {}),
    ...(ip_tracking_url === undefined && tracking_url !== undefined ? { ip_tracking_url: tracking_url } : {}),
  };
};

const isNothing = (patch: object): boolean => Object.keys(patch).length === 0;

const onSubmission = (ctx: OrgCtx, submission: Submission, told: Told): Write[] => {
  const isErased = submission.track_url === ERASED_TRACK_URL;
  const patch = learned(submission, isErased ? { ...told, tracking_url: undefined } : told);
  if (isNothing(patch)) return [];
  const scheduled = patch.planned_days === undefined ? {} : { scheduled_date: firstDay(patch.planned_days) ?? null };
  return Submission.writes.patch(ctx, submission, { ...patch, ...scheduled });
};

const onCampaign = (ctx: OrgCtx, campaign: Campaign, told: Told): Write[] => {
  const patch = learned(campaign, told);
  return isNothing(patch) ? [] : Campaign.writes.patch(ctx, campaign, patch);
};

/**
 * What a submission keeps of its schedules at Influence Planner, as it is after these changes of schedules of one parent.
 * A campaign keeps it until its submission is there. They belong in the transaction of the changes, under `contend`;
 * where nothing is to be told nothing is read. README, Schedules.
 */
export const plannedWrites = async (
  ctx: OrgCtx,
  { parent_type, parent_id }: Pick<Schedule, "parent_type" | "parent_id">,
  changes: readonly Change[],
): Promise<Write[]> => {
  const told = toldBy(changes);
  if (told.accepted.length === 0 && !changeDays(changes)) return [];
  const { org_id } = ctx;
  const campaign = parent_type === "campaign" ? await Campaign.get(ctx, { org_id, id: parent_id }, { consistent: true }) : undefined;
  if (campaign && campaign.submission_id === undefined) return onCampaign(ctx, campaign, told);
  const id = campaign?.submission_id ?? parent_id;
  return onSubmission(ctx, await Submission.get(ctx, { org_id, id }, { consistent: true }), told);
};
