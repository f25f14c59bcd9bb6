import * as z from "zod";
import { SchedulesOrdered } from "../../../events/soundcloud/schedules-ordered.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { type Violation, unprocessable } from "../../kernel/errors.ts";
import { id, timestamp } from "../../kernel/fields.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { Campaign } from "../campaign/campaign.ts";
import { MemberAccount } from "../member/member-account.ts";
import { Member } from "../member/member.ts";
import { Submission } from "../submission/submission.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import { plannedWrites } from "./planned-writes.ts";
import { PlannerAccount } from "./planner-account.ts";
import { ParentType, Schedule, plannerUserId } from "./schedule.ts";

/** With the unique row of each and the request's own records it fits one transaction. */
const MOST_TARGETS = 24;

export const SchedulesInput = z.strictObject({
  parent_type: ParentType,
  parent_id: id,
  member_ids: z
    .array(id)
    .min(1)
    .max(MOST_TARGETS)
    .refine((ids) => new Set(ids).size === ids.length, "each member once"),
  scheduled_at: timestamp.optional(),
});
export type SchedulesInput = z.output<typeof SchedulesInput>;

/** The parent's track, as anybody can open it. Throws DomainError `unknown_parent`, `track_private` or `not_open`. */
const trackOf = async (ctx: OrgCtx, { parent_type, parent_id }: SchedulesInput): Promise<string> => {
  const at = (code: string, detail: string) => unprocessable(code, detail, [{ pointer: "/parent_id", code, detail }]);
  const key = { org_id: ctx.org_id, id: parent_id };
  if (parent_type === "campaign") {
    const campaign = await Campaign.find(ctx, key);
    if (!campaign) throw at("unknown_parent", "There is no such campaign in the org.");
    if (campaign.status !== "scheduled" && campaign.status !== "live")
      throw at("not_open", `A campaign is scheduled or live when its reposts are planned; this one is ${campaign.status}.`);
    return campaign.track_url;
  }
  const submission = await Submission.find(ctx, key);
  if (!submission) throw at("unknown_parent", "There is no such submission in the org.");
  if (submission.status !== "approved" || submission.closed_at !== undefined) throw at("not_open", "The submission is not approved, or closed already.");
  if (submission.track_kind !== "track") throw at("track_private", "Influence Planner opens public tracks only.");
  return submission.track_url;
};

/** What makes a member unfit as a target; undefined when nothing does. */
const faultOf = (member: Member | undefined, account: MemberAccount | undefined): Pick<Violation, "code" | "detail"> | undefined => {
  if (!member || member.erased_at !== undefined) return { code: "unknown_member", detail: "There is no such member in the org." };
  if (account?.status !== "linked") return { code: "not_linked", detail: "The member's SoundCloud account is not linked." };
  return undefined;
};

/**
 * Plans a repost of a campaign's or a submission's track on each of the members' channels; a job then schedules them at
 * Influence Planner. All or none. Throws DomainError `planner_not_set`, `unknown_parent`, `not_open`, `track_private`,
 * `bad_targets` with every unfit one, or conflict `target_taken`. README, Schedules.
 */
export const createSchedules = async (ctx: OrgCtx, input: SchedulesInput): Promise<Schedule[]> => {
  const { org_id } = ctx;
  if (!(await PlannerAccount.find(ctx, { org_id }))) throw unprocessable("planner_not_set", "Set the org's account at Influence Planner first.");
  const track_url = await trackOf(ctx, input);
  const [members, accounts] = await Promise.all([
    Member.getMany(
      ctx,
      input.member_ids.map((member_id) => ({ org_id, id: member_id })),
    ),
    MemberAccount.getMany(
      ctx,
      input.member_ids.map((member_id) => ({ org_id, member_id, platform: "soundcloud" as const })),
    ),
  ]);
  const found = input.member_ids.map((member_id) => ({
    member: members.find((one) => one.id === member_id),
    account: accounts.find((one) => one.member_id === member_id),
  }));
  const faults = found.flatMap(({ member, account }, n) => {
    const fault = faultOf(member, account);
    return fault ? [{ pointer: `/member_ids/${n}`, ...fault }] : [];
  });
  if (faults.length > 0) throw unprocessable("bad_targets", "Some of the members cannot be scheduled; errors names each.", faults);
  const now = ctx.clock.now().toISOString();
  const schedules = found.map(({ member, account }) => {
    const target_user_id = plannerUserId(member!.soundcloud_urn);
    return Schedule.draft(ctx, {
      org_id,
      parent_type: input.parent_type,
      parent_id: input.parent_id,
      track_url,
      member_id: member!.id,
      member_account_id: account!.id,
      target_handle: account!.handle,
      ...(target_user_id === undefined ? {} : { target_user_id }),
      ...(input.scheduled_at === undefined ? {} : { scheduled_at: input.scheduled_at }),
      check: "create",
      check_at: now,
    });
  });
  const writes = schedules.flatMap((schedule) => Schedule.writes.put(ctx, schedule));
  const ordered = soundcloudSystem.emit(ctx, SchedulesOrdered, { parent_id: input.parent_id });
  await contend(async () => {
    const planned = await plannedWrites(
      ctx,
      input,
      schedules.map((to) => ({ to })),
    );
    await transact(ctx, soundcloud, [...writes, ...ordered, ...planned], { pattern: "schedules.create", result: schedules });
  });
  return schedules;
};
