import type { OrgCtx } from "../../kernel/context.ts";
import { daysBetween, todayOf } from "../../kernel/days.ts";
import { inParallel } from "../../kernel/queue/parallel.ts";
import { every } from "../../kernel/table/every.ts";
import { spendable } from "../credit/wallet-rules.ts";
import { Wallet } from "../credit/wallet.ts";
import type { Member } from "../member/member.ts";
import type { Settings } from "../settings/settings.ts";
import { openNeed } from "../submission/demand.ts";
import { Submission } from "../submission/submission.ts";
import { proposeTargets } from "../target/build-proposal.ts";
import { type Roster, loadRoster } from "../target/load-roster.ts";
import { artistKeys, supportHistory } from "../target/support-history.ts";
import { MOST_TARGETS, type ProposedTarget, type TargetProposal } from "../target/target-proposal.ts";
import { type Conflict, type Demand, type Queue as Assigned, type Supply, assign } from "./assign.ts";
import { type Planned, plannedElsewhere, withPlanned } from "./planned.ts";
import type { EmptyReason } from "./queue-slot.ts";
import { type Wanting, liveProposals } from "./renew-proposals.ts";

const PARALLEL = 16;

export interface EmptySlots {
  readonly supporter_id: string;
  readonly empty_slots: number;
  readonly reason: EmptyReason;
}

/** A day's queue before it is stored. */
export interface DayPlan {
  readonly assignments: Assigned["assignments"];
  readonly empty: readonly EmptySlots[];
  readonly unfilled: Assigned["unfilled"];
  readonly total_slots: number;
  readonly submission: ReadonlyMap<string, Submission>;
  /** The target that an assignment comes from. */
  readonly target: (assignment: { readonly submission_id: string; readonly supporter_id: string }) => ProposedTarget;
}

const slotsOf = (member: Member, settings: Settings): number => Math.min(member.daily_capacity, settings.daily_capacity_limit);

/** Why a member can support nobody on the day; undefined when it can. */
const unavailable = (member: Member, settings: Settings, date: string): "account_status" | "inactive" | undefined => {
  if (member.status !== "active" || !member.soundcloud_linked) return "account_status";
  return daysBetween(member.last_activity_at.slice(0, 10), date) > settings.inactivity_days ? "inactive" : undefined;
};

const supplyOf = ({ members, settings }: Roster, date: string): { supply: Supply[]; out: EmptySlots[] } => {
  const supply: Supply[] = [];
  const out: EmptySlots[] = [];
  for (const member of members) {
    const slots = slotsOf(member, settings);
    if (slots === 0) continue;
    const reason = unavailable(member, settings, date);
    if (reason) out.push({ supporter_id: member.id, empty_slots: slots, reason });
    else supply.push({ supporter_id: member.id, capacity: slots });
  }
  return { supply, out };
};

/**
 * Approved submissions that want more than other days promise them, longest waiting first. One with a later support date
 * waits for it. A campaign's goal is a day's demand in portions of what a proposal names.
 */
const wantingOf = async (ctx: OrgCtx, date: string, settings: Settings, planned: Planned): Promise<Wanting[]> => {
  const { org_id } = ctx;
  const open = await Array.fromAsync(every((page) => Submission.query.openDemand(ctx, { org_id }, page)));
  const wanted = open.flatMap((submission) => {
    const needs = Math.min(MOST_TARGETS, openNeed(submission, settings) - (planned.supporters.get(submission.id) ?? 0));
    return needs > 0 && (submission.support_date ?? date) <= date ? [{ submission, needs }] : [];
  });
  const payers = [...new Set(wanted.flatMap(({ submission }) => submission.member_id ?? []))];
  const wallets = new Map(
    (
      await Wallet.getMany(
        ctx,
        payers.map((member_id) => ({ org_id, member_id })),
        { consistent: true },
      )
    ).map((wallet) => [wallet.member_id, wallet]),
  );
  const asOf = { today: date, recent_artist_days: settings.recent_artist_days };
  return inParallel(wanted, PARALLEL, async (one) => ({
    ...one,
    history: withPlanned(await supportHistory(ctx, one.submission, asOf), one.submission, planned, settings),
    wallet: one.submission.member_id === undefined ? undefined : wallets.get(one.submission.member_id),
  }));
};

/** One name per artist, although some submissions know the URN already and others the handle only. */
const artistNames = (submissions: readonly Submission[]): ReadonlyMap<string, string> => {
  const names = new Map<string, string>();
  for (const submission of submissions) {
    const keys = artistKeys(submission);
    const name = keys.map((key) => names.get(key)).find((known) => known !== undefined) ?? keys[0] ?? submission.id;
    for (const key of keys) if (!names.has(key)) names.set(key, name);
  }
  return names;
};

/** Targets that may not be assigned on the day after all: rules are applied anew, since members and queues have moved since the proposal. */
const conflictsOf = ({ submission, history }: Wanting, proposal: TargetProposal, roster: Roster, date: string): Conflict[] => {
  const members = proposal.proposed_targets.flatMap(({ member_id }) => roster.member.get(member_id) ?? []);
  const { excluded } = proposeTargets({ submission, history, wallet: undefined, roster: { ...roster, members }, count: 1 }, date);
  const barred = excluded.filter(({ reasons }) => reasons.some((reason) => reason !== "at_capacity"));
  return barred.map(({ supporter_id }) => ({ submission_id: submission.id, supporter_id }));
};

/**
 * Plans the fullest queue of a day by the pure rules over what is stored now, and renews the proposals that it needs.
 * The same data give the same plan.
 */
export const planDay = async (ctx: OrgCtx, date: string): Promise<DayPlan> => {
  const today = todayOf(ctx);
  const [roster, planned] = await Promise.all([loadRoster(ctx), plannedElsewhere(ctx, date, today)]);
  const wanting = await wantingOf(ctx, date, roster.settings, planned);
  const proposals = await liveProposals(ctx, wanting, roster, today);
  const names = artistNames(wanting.map(({ submission }) => submission));
  const targets = new Map([...proposals].map(([id, { proposed_targets }]) => [id, new Map(proposed_targets.map((target) => [target.member_id, target]))]));
  const demand = wanting.map(({ submission, needs, wallet }): Demand => {
    const { id, member_id, demand_since = date } = submission;
    return {
      submission_id: id,
      artist_id: names.get(artistKeys(submission)[0] ?? "") ?? id,
      payer_id: member_id,
      needs,
      waiting_days: Math.max(0, daysBetween(demand_since, date)),
      spendable_credits: member_id === undefined ? null : Math.max(0, (wallet ? spendable(wallet) : 0) - (planned.credits.get(member_id) ?? 0)),
      targets: [...targets.get(id)!.values()].map((target) => ({ supporter_id: target.member_id, score: target.score, price: target.price })),
    };
  });
  const conflicts = wanting.flatMap((one) => conflictsOf(one, proposals.get(one.submission.id)!, roster, date));
  const { supply, out } = supplyOf(roster, date);
  const { assignments, empty, unfilled } = assign({ supply, demand, conflicts });
  const slots = [...empty, ...out].toSorted((a, b) => (a.supporter_id < b.supporter_id ? -1 : 1));
  return {
    assignments,
    empty: slots,
    unfilled,
    total_slots: assignments.length + slots.reduce((sum, { empty_slots }) => sum + empty_slots, 0),
    submission: new Map(wanting.map(({ submission }) => [submission.id, submission])),
    target: ({ submission_id, supporter_id }) => targets.get(submission_id)!.get(supporter_id)!,
  };
};
