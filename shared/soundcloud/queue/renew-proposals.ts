import type { OrgCtx } from "../../kernel/context.ts";
import { inParallel } from "../../kernel/queue/parallel.ts";
import type { Wallet } from "../credit/wallet.ts";
import type { Submission } from "../submission/submission.ts";
import { buildProposal } from "../target/build-proposal.ts";
import type { Roster } from "../target/load-roster.ts";
import { latestProposal } from "../target/propose.ts";
import type { SupportHistory } from "../target/support-history.ts";
import { TargetProposal, proposalParent } from "../target/target-proposal.ts";

const PARALLEL = 16;

/** A submission that wants supporters, with what its proposal depends on. */
export interface Wanting {
  readonly submission: Submission;
  readonly needs: number;
  readonly history: SupportHistory;
  /** Undefined for client work. */
  readonly wallet: Wallet | undefined;
}

/** A live one counts; of the builds' own only one of the same day that still names enough who have not had the track. */
const counts = (ctx: OrgCtx, { needs, history }: Wanting, found: TargetProposal, today: string): boolean => {
  if (found.expires_at <= ctx.clock.now().toISOString()) return false;
  if (found.created_by !== undefined) return true;
  const free = found.proposed_targets.filter(({ member_id }) => !history.track.has(member_id) && !history.artist.has(member_id));
  return found.created_at.slice(0, 10) === today && free.length >= Math.min(needs, found.proposed_targets.length);
};

/** The one that counts; one that does not is about to be replaced, so that nobody need look after it. */
const current = async (ctx: OrgCtx, one: Wanting, today: string): Promise<TargetProposal | undefined> => {
  const found = await latestProposal(ctx, one.submission);
  if (found === undefined || counts(ctx, one, found, today)) return found;
  if (found.open_until !== undefined) await TargetProposal.patch(ctx, found, { open_until: null });
  return undefined;
};

/**
 * Builds proposals one after another so that they spread over the roster: a supporter that as many proposals name as
 * its slots can be wanted on average is left to others. Naming the same best supporters everywhere would leave most
 * slots empty, since queues are built inside proposals only.
 */
const renewed = (ctx: OrgCtx, wanting: readonly Wanting[], kept: ReadonlyMap<string, TargetProposal>, roster: Roster): TargetProposal[] => {
  const slots = roster.members.reduce((sum, member) => sum + member.daily_capacity, 0);
  const demand = wanting.reduce((sum, { needs }) => sum + needs, 0);
  const share = Math.max(1, Math.ceil(demand / Math.max(1, slots)));
  const named = new Map<string, number>();
  const count = ({ proposed_targets }: TargetProposal): void => {
    for (const { member_id } of proposed_targets) named.set(member_id, (named.get(member_id) ?? 0) + 1);
  };
  kept.forEach(count);
  const missing = wanting.filter(({ submission }) => !kept.has(submission.id));
  return missing.map(({ submission, needs, history, wallet }) => {
    const members = roster.members.map((member) => ((named.get(member.id) ?? 0) >= member.daily_capacity * share ? { ...member, daily_capacity: 0 } : member));
    const proposal = buildProposal(ctx, { submission, history, wallet, roster: { ...roster, members }, count: needs });
    count(proposal);
    return proposal;
  });
};

/** The live proposals by submission. What is missing or expired is built anew and stored, in the order given. */
export const liveProposals = async (ctx: OrgCtx, wanting: readonly Wanting[], roster: Roster, today: string): Promise<ReadonlyMap<string, TargetProposal>> => {
  const found = await inParallel(wanting, PARALLEL, (one) => current(ctx, one, today));
  const submissionOf = new Map(wanting.map(({ submission }) => [proposalParent(submission).parent_id, submission.id]));
  const bySubmission = (proposals: readonly (TargetProposal | undefined)[]) =>
    new Map(proposals.flatMap((one) => (one ? [[submissionOf.get(one.parent_id)!, one] as const] : [])));
  const kept = bySubmission(found);
  const made = renewed(ctx, wanting, kept, roster);
  await TargetProposal.putMany(ctx, made);
  return new Map([...kept, ...bySubmission(made)]);
};
