import * as z from "zod";
import { type OrgCtx } from "../../kernel/context.ts";
import { todayOf } from "../../kernel/days.ts";
import { conflict } from "../../kernel/errors.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { type Write, contend, transact } from "../../kernel/table/table.ts";
import { Wallet } from "../credit/wallet.ts";
import type { Settings } from "../settings/settings.ts";
import { openNeed, wantsReposts } from "../submission/demand.ts";
import { Submission } from "../submission/submission.ts";
import { soundcloud } from "../table.ts";
import { buildProposal } from "./build-proposal.ts";
import { loadRoster } from "./load-roster.ts";
import { supportHistory } from "./support-history.ts";
import { TargetProposal, proposalParent } from "./target-proposal.ts";

/** What the caller of the target builder may choose. */
export const ProposalWish = z.strictObject({ mode: z.enum(["balance", "size"]).optional(), count: z.int().min(1).max(50).optional() });
export type ProposalWish = z.output<typeof ProposalWish>;

/** A campaign is proposed what it still lacks; a submission all that it wants. */
const wantedBy = (submission: Submission, settings: Settings): number =>
  submission.goal_reposts === undefined ? (submission.target_count ?? settings.target_count) : Math.max(1, openNeed(submission, settings));

/** Runs the target builder for a submission, stored or not, by hand; stores what it found. */
export const proposeFor = async (ctx: OrgCtx, submission: Submission, wish: ProposalWish): Promise<TargetProposal> => {
  const { org_id } = ctx;
  const [roster, wallet] = await Promise.all([
    loadRoster(ctx),
    submission.member_id === undefined ? undefined : Wallet.get(ctx, { org_id, member_id: submission.member_id }),
  ]);
  const today = todayOf(ctx);
  const history = await supportHistory(ctx, submission, { today, recent_artist_days: roster.settings.recent_artist_days });
  const built = buildProposal(ctx, {
    submission,
    roster,
    wallet,
    history,
    ...wish,
    count: wish.count ?? wantedBy(submission, roster.settings),
  });
  const proposal = { ...built, open_until: built.expires_at };
  await contend(async () => {
    const latest = await latestProposal(ctx, submission, { consistent: true });
    // Stored by an attempt that nobody heard the answer of, it is its own latest, and is told to be there already.
    const before = latest?.id === proposal.id ? [] : closedProposal(ctx, latest);
    await transact(ctx, soundcloud, [...TargetProposal.writes.put(ctx, proposal), ...before], { pattern: "targets.propose", result: proposal });
  });
  return proposal;
};

/** Nobody waits for it any more. */
const closedProposal = (ctx: OrgCtx, proposal: TargetProposal | undefined): Write[] =>
  proposal?.open_until === undefined ? [] : TargetProposal.writes.patch(ctx, proposal, { open_until: null });

/** Runs the target builder for a submission by hand. Throws DomainError `no_demand` for one that cannot be supported. */
export const proposeForSubmission = async (ctx: OrgCtx, submission_id: string, wish: ProposalWish): Promise<TargetProposal> => {
  const submission = await Submission.get(ctx, { org_id: ctx.org_id, id: submission_id });
  if (submission.status === "rejected" || !wantsReposts(submission))
    throw conflict("no_demand", "The submission is rejected, closed, paused, or of a service without reposts; there is nobody to propose.");
  return proposeFor(ctx, submission, wish);
};

/** The proposals of a submission, the latest first. */
export const listProposals = async (ctx: OrgCtx, submission_id: string, page: PageRequest): Promise<PageOf<TargetProposal>> => {
  const submission = await Submission.get(ctx, { org_id: ctx.org_id, id: submission_id });
  return proposalsOf(ctx, proposalParent(submission).parent_id, page);
};

/** The proposals of a submission or a campaign, the latest first. */
export const proposalsOf = (ctx: OrgCtx, parent_id: string, page: PageRequest): Promise<PageOf<TargetProposal>> =>
  TargetProposal.list(ctx, { org_id: ctx.org_id, parent_id }, { ...page, desc: true });

export const getProposal = async (ctx: OrgCtx, submission_id: string, id: string): Promise<TargetProposal> => {
  const submission = await Submission.get(ctx, { org_id: ctx.org_id, id: submission_id });
  return TargetProposal.get(ctx, { org_id: ctx.org_id, parent_id: proposalParent(submission).parent_id, id });
};

/** The latest proposal, whether it lives or not: of all, only it may be open. */
export const latestProposal = async (
  ctx: OrgCtx,
  submission: Submission,
  options: { readonly consistent?: boolean } = {},
): Promise<TargetProposal | undefined> => {
  const { parent_id } = proposalParent(submission);
  return (await TargetProposal.list(ctx, { org_id: ctx.org_id, parent_id }, { ...options, desc: true, limit: 1 })).items[0];
};

/** Takes a proposal over by hand: its supporters and expected reach go to the submission. Throws DomainError `proposal_expired`. */
export const applyProposal = (ctx: OrgCtx, submission_id: string, id: string): Promise<Submission> =>
  contend(async () => {
    const proposal = await getProposal(ctx, submission_id, id);
    if (proposal.expires_at <= ctx.clock.now().toISOString())
      throw conflict("proposal_expired", `The proposal expired at ${proposal.expires_at}; members, credits and capacity have moved since. Build a new one.`);
    const submission = await Submission.get(ctx, { org_id: ctx.org_id, id: submission_id }, { consistent: true });
    const patch = {
      suggested_supporters: proposal.proposed_targets.map((target) => target.member_id),
      expected_reach_min: proposal.expected_reach_min,
      expected_reach_planned: proposal.expected_reach_planned,
      expected_reach_max: proposal.expected_reach_max,
    };
    const writes = Submission.writes.patch(ctx, submission, patch);
    const result = Submission.after(writes);
    await transact(ctx, soundcloud, [...writes, ...closedProposal(ctx, proposal)], { pattern: "targets.apply", result });
    return result;
  });
