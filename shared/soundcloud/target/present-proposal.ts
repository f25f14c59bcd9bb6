import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import type { PageOf } from "../../kernel/http/route.ts";
import { Member } from "../member/member.ts";
import { ProposedTarget, TargetProposal } from "./target-proposal.ts";

/** A proposal as it is shown: with the names that the members have now. */
export const ProposalView = TargetProposal.api.response.extend({
  proposed_targets: z.array(ProposedTarget.extend({ name: z.string() })),
});
export type ProposalView = z.output<typeof ProposalView>;

/** Joins the members of all proposals in one batch read. */
const presentProposals = async (ctx: OrgCtx, proposals: readonly TargetProposal[]): Promise<ProposalView[]> => {
  const ids = [...new Set(proposals.flatMap(({ proposed_targets }) => proposed_targets.map(({ member_id }) => member_id)))];
  const members = await Member.getMany(
    ctx,
    ids.map((id) => ({ org_id: ctx.org_id, id })),
  );
  const names = new Map(members.map(({ id, name }) => [id, name]));
  return proposals.map(({ open_until: _, ...proposal }) => ({
    ...proposal,
    proposed_targets: proposal.proposed_targets.map((target) => ({ ...target, name: names.get(target.member_id) ?? "" })),
  }));
};

export const presentProposal = async (ctx: OrgCtx, proposal: TargetProposal): Promise<ProposalView> => (await presentProposals(ctx, [proposal]))[0]!;

export const presentProposalPage = async (ctx: OrgCtx, page: PageOf<TargetProposal>): Promise<PageOf<ProposalView>> => ({
  ...page,
  items: await presentProposals(ctx, page.items),
});
