import * as z from "zod";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { SubmissionView } from "../../shared/soundcloud/submission/submission-view.ts";
import { ProposalWish } from "../../shared/soundcloud/target/propose.ts";
import { ProposalView } from "../../shared/soundcloud/target/present-proposal.ts";

const ops = roles("soundcloud", { admin: "all", moderator: "all" });
const SubmissionParams = z.strictObject({ submission_id: z.uuid() });
const Params = z.strictObject({ submission_id: z.uuid(), proposal_id: z.uuid() });

export const targets = resource(
  "soundcloud",
  "targets",
  "The target builder: which supporters suit a track, with scores, prices and the reasons against others.",
  {
    proposeTargets: route({
      method: "POST",
      path: "/soundcloud/submissions/{submission_id}/target-proposals",
      summary: "Propose supporters for a submission",
      description:
        "`mode` `balance` goes round the tiers, `size` takes the largest reach first. `conflicts` shows the 100 members that came nearest, each with all reasons; `conflict_counts` counts all.",
      policy: ops,
      params: SubmissionParams,
      idempotent: true,
      body: ProposalWish,
      reply: { status: 201, body: ProposalView, location: "/soundcloud/submissions/{parent_id}/target-proposals/{id}" },
      errors: { no_demand: { status: 409, when: "the submission is rejected, closed, paused or of a service without reposts" } },
      example: { body: { mode: "balance", count: 10 } },
    }),
    listTargetProposals: route({
      method: "GET",
      path: "/soundcloud/submissions/{submission_id}/target-proposals",
      summary: "List a submission's proposals, the latest first",
      policy: ops,
      params: SubmissionParams,
      list: true,
      reply: { status: 200, body: ProposalView },
    }),
    getTargetProposal: route({
      method: "GET",
      path: "/soundcloud/submissions/{submission_id}/target-proposals/{proposal_id}",
      summary: "Read a proposal",
      policy: ops,
      params: Params,
      reply: { status: 200, body: ProposalView },
    }),
    applyTargetProposal: route({
      method: "POST",
      path: "/soundcloud/submissions/{submission_id}/target-proposals/{proposal_id}/apply",
      summary: "Take a proposal over",
      description: "Writes its supporters and expected reach to the submission.",
      policy: ops,
      params: Params,
      reply: { status: 200, body: SubmissionView },
      errors: { proposal_expired: { status: 409, when: "the proposal's hours are over; build a new one" } },
    }),
  },
);
