import type { OrgCtx } from "../../kernel/context.ts";
import { isDomainError } from "../../kernel/errors.ts";
import { Campaign } from "../campaign/campaign.ts";
import { ERASED_TRACK_URL } from "../erasure/erased-track.ts";
import { Submission } from "../submission/submission.ts";
import { addDays } from "../../kernel/days.ts";
import { AttributionTracking, type Parent } from "./tracking.ts";

/** Days that a submission is still looked at once no more supporters are wanted. */
const AFTERGLOW_DAYS = 30;

/** A parent as it stands now. */
export type Subject =
  | { readonly parent_type: "campaign"; readonly item: Campaign; readonly parent_id: string }
  | { readonly parent_type: "submission"; readonly item: Submission; readonly parent_id: string };

export const subjectOfCampaign = (item: Campaign): Subject => ({ parent_type: "campaign", parent_id: item.id, item });
export const subjectOfSubmission = (item: Submission): Subject => ({ parent_type: "submission", parent_id: item.id, item });

export const keyOfParent = ({ parent_type, parent_id }: Parent): string => `${parent_type} ${parent_id}`;

/** Parents by their key, as they are stored now; those that are gone are missing. */
export const readSubjects = async (ctx: OrgCtx, parents: readonly Parent[]): Promise<Map<string, Subject>> => {
  const keys = (type: Parent["parent_type"]) => parents.flatMap(({ parent_type, parent_id: id }) => (parent_type === type ? [{ org_id: ctx.org_id, id }] : []));
  const [campaigns, submissions] = await Promise.all([
    Campaign.getMany(ctx, keys("campaign"), { consistent: true }),
    Submission.getMany(ctx, keys("submission"), { consistent: true }),
  ]);
  const subjects = [...campaigns.map(subjectOfCampaign), ...submissions.map(subjectOfSubmission)];
  return new Map(subjects.map((subject) => [keyOfParent(subject), subject]));
};

/**
 * Until when a parent is tracked, seen from a day: a day, or null as long as nothing ends it; undefined when it is not, or
 * no more. README, Attribution.
 */
export const trackedUntil = (subject: Subject, tracked_until: string | undefined, today: string): string | null | undefined => {
  const still = (until: string | undefined): string | undefined => (until !== undefined && until >= today ? until : undefined);
  if (subject.parent_type === "campaign") {
    const { status, attribution_end_date } = subject.item;
    if (status === "scheduled" || status === "live" || status === "paused") return null;
    return status === "completed" ? still(attribution_end_date) : undefined;
  }
  const { status, demand_since, track_url } = subject.item;
  if (status !== "approved" || track_url === ERASED_TRACK_URL) return undefined;
  return demand_since === undefined ? still(tracked_until) : addDays(today, AFTERGLOW_DAYS);
};

/** The day of a baseline that somebody else noted first. */
const baselineOf = ({ parent_type, item }: Subject): { baseline_date?: string } =>
  parent_type === "campaign" && item.baseline_captured_at !== undefined ? { baseline_date: item.baseline_captured_at.slice(0, 10) } : {};

/** Begins or resumes the tracking of parents that are to be tracked; those that are tracked are left as they are. */
export const follow = async (ctx: OrgCtx, subjects: readonly Subject[], today: string): Promise<void> => {
  const { org_id } = ctx;
  const known = await AttributionTracking.getMany(
    ctx,
    subjects.map(({ parent_type, parent_id }) => ({ org_id, parent_type, parent_id })),
    { consistent: true },
  );
  const found = new Map(known.map((tracking) => [keyOfParent(tracking), tracking]));
  for (const subject of subjects) {
    const { parent_type, parent_id } = subject;
    const tracking = found.get(keyOfParent(subject));
    const tracked_until = trackedUntil(subject, tracking?.tracked_until, today);
    if (tracked_until === undefined || tracking?.next_on !== undefined) continue;
    if (tracking) await unlessRaced(AttributionTracking.patch(ctx, tracking, { next_on: today, tracked_until }, { version: tracking.version }));
    else
      await unlessRaced(
        AttributionTracking.create(ctx, {
          org_id,
          parent_type,
          parent_id,
          next_on: today,
          ...baselineOf(subject),
          ...(tracked_until === null ? {} : { tracked_until }),
        }),
      );
  }
};

/** Another run began it, which is all that was wanted. */
const unlessRaced = async (work: Promise<unknown>): Promise<void> => {
  try {
    await work;
  } catch (error) {
    if (!isDomainError(error, "already_exists") && !isDomainError(error, "stale")) throw error;
  }
};
