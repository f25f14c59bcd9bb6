import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { lastIdAt } from "../../kernel/ids.ts";
import { Complaint } from "../complaint/complaint.ts";
import { Inquiry } from "../inquiry/inquiry.ts";
import { Member } from "../member/member.ts";
import { PlannerEvent } from "../planner/planner-event.ts";
import { QueueAssignment } from "../queue/queue-assignment.ts";
import type { Settings } from "../settings/settings.ts";
import { Submission } from "../submission/submission.ts";
import { TargetProposal } from "../target/target-proposal.ts";
import { DeadlineAlert } from "./deadline-alert.ts";

/** What waits for ops, or for somebody they look after. README, Worklist. */
export const Clock = z.enum(["decision", "proof", "review", "inactivity", "reconnect", "complaint", "inquiry", "proposal", "callback"]);
export type Clock = z.output<typeof Clock>;

/** Something that waits. `since` begins its episode; what tells neither has neither. */
export interface Waiting {
  readonly subject_id: string;
  readonly since?: string;
  readonly due_at?: string;
  /** What it belongs to, without which it cannot be read. */
  readonly parent_type?: "submission" | "campaign";
  readonly parent_id?: string;
}

const HOUR_MS = 3_600_000;
/** A proposal that expired longer ago is no work any more. */
const EXPIRED_DAYS = 7;
export const DAY_MS = 24 * HOUR_MS;
const plus = (time: string, ms: number): string => new Date(Date.parse(time) + ms).toISOString();

/** When a member becomes inactive. */
export const inactiveAt = ({ last_activity_at }: Pick<Member, "last_activity_at">, { inactivity_days }: Settings): string =>
  plus(last_activity_at, inactivity_days * DAY_MS);

type Look = (ctx: OrgCtx, settings: Settings, page: PageRequest, late_at: string | undefined) => Promise<PageOf<Waiting>>;

/** Members are found by the job, since no index has them by their activity; who came back since is left out. */
const inactive: Look = async (ctx, settings, page) => {
  const { org_id } = ctx;
  const found = await DeadlineAlert.query.byClock(ctx, { org_id, clock: "inactivity" }, page);
  const members = await Member.getMany(
    ctx,
    found.items.map(({ subject_id }) => ({ org_id, id: subject_id })),
  );
  const now = ctx.clock.now().toISOString();
  const items = members.flatMap((member) => {
    const due_at = inactiveAt(member, settings);
    return member.erased_at === undefined && due_at < now ? [{ subject_id: member.id, since: member.last_activity_at, due_at }] : [];
  });
  return { items, position: found.position };
};

/** A list of assignments by the time of their next look. */
const assignments =
  (check: "proof_due" | "review", waiting: (one: QueueAssignment, settings: Settings) => Waiting): Look =>
  async (ctx, settings, page, late_at) => {
    const until = late_at === undefined ? {} : { to: { check_at: check === "review" ? plus(late_at, -settings.decision_sla_hours * HOUR_MS) : late_at } };
    const { items, position } = await QueueAssignment.query.due(ctx, { org_id: ctx.org_id, check }, { ...page, ...until });
    return { items: items.map((one) => waiting(one, settings)), position };
  };

/** Each list of what waits, what is due first in front; with a time, only what is late by then. Each reads an index of its own. */
export const CLOCKS: Readonly<Record<Clock, Look>> = {
  decision: async (ctx, { decision_sla_hours }, page, late_at) => {
    const sla = decision_sla_hours * HOUR_MS;
    const until = late_at === undefined ? {} : { to: { id: lastIdAt(new Date(Date.parse(late_at) - sla)) } };
    const { items, position } = await Submission.query.byStatus(ctx, { org_id: ctx.org_id, status: "new" }, { ...page, ...until });
    return { items: items.map(({ id, submitted_at }) => ({ subject_id: id, since: submitted_at, due_at: plus(submitted_at, sla) })), position };
  },
  proof: assignments("proof_due", ({ id, published_at, check_at }) => ({
    subject_id: id,
    ...(published_at === undefined ? {} : { since: published_at }),
    ...(check_at === undefined ? {} : { due_at: check_at }),
  })),
  review: assignments("review", ({ id, check_at }, { decision_sla_hours }) => ({
    subject_id: id,
    ...(check_at === undefined ? {} : { since: check_at, due_at: plus(check_at, decision_sla_hours * HOUR_MS) }),
  })),
  inactivity: inactive,
  reconnect: async (ctx, _settings, page) => {
    const { items, position } = await Member.query.byStatus(ctx, { org_id: ctx.org_id, status: "needs_reconnect" }, page);
    return { items: items.flatMap(({ id, erased_at }) => (erased_at === undefined ? [{ subject_id: id }] : [])), position };
  },
  complaint: async (ctx, { decision_sla_hours }, page, late_at) => {
    const sla = decision_sla_hours * HOUR_MS;
    const until = late_at === undefined ? {} : { to: { open_since: plus(late_at, -sla) } };
    const { items, position } = await Complaint.query.byAge(ctx, { org_id: ctx.org_id }, { ...page, ...until });
    return {
      items: items.flatMap(({ id, open_since: since }) => (since === undefined ? [] : [{ subject_id: id, since, due_at: plus(since, sla) }])),
      position,
    };
  },
  inquiry: async (ctx, { decision_sla_hours }, page, late_at) => {
    const sla = decision_sla_hours * HOUR_MS;
    const until = late_at === undefined ? {} : { to: { undecided_since: plus(late_at, -sla) } };
    const { items, position } = await Inquiry.query.undecided(ctx, { org_id: ctx.org_id }, { ...page, ...until });
    return {
      items: items.flatMap(({ id, undecided_since: since }) => (since === undefined ? [] : [{ subject_id: id, since, due_at: plus(since, sla) }])),
      position,
    };
  },
  proposal: async (ctx, _settings, page, late_at) => {
    // A further page begins where the last one ended, which may lie before it by now.
    const from = page.position === undefined ? { from: { open_until: plus(ctx.clock.now().toISOString(), -EXPIRED_DAYS * DAY_MS) } } : {};
    const until = late_at === undefined ? {} : { to: { open_until: late_at } };
    const { items, position } = await TargetProposal.query.open(ctx, { org_id: ctx.org_id }, { ...page, ...from, ...until });
    return {
      items: items.map(({ id, created_at, expires_at, parent_type, parent_id }) => ({
        subject_id: id,
        since: created_at,
        due_at: expires_at,
        parent_type,
        parent_id,
      })),
      position,
    };
  },
  callback: async (ctx, { decision_sla_hours }, page, late_at) => {
    const sla = decision_sla_hours * HOUR_MS;
    const until = late_at === undefined ? {} : { to: { received_at: plus(late_at, -sla) } };
    const { items, position } = await PlannerEvent.query.byState(ctx, { org_id: ctx.org_id, state: "parked" }, { ...page, ...until });
    return { items: items.map(({ id, received_at }) => ({ subject_id: id, since: received_at, due_at: plus(received_at, sla) })), position };
  },
};
