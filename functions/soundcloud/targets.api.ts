import { authenticate } from "../../shared/identity/authenticate.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { presentSubmission } from "../../shared/soundcloud/submission/submission-view.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { presentProposal, presentProposalPage } from "../../shared/soundcloud/target/present-proposal.ts";
import { applyProposal, getProposal, listProposals, proposeForSubmission } from "../../shared/soundcloud/target/propose.ts";
import { targets } from "./targets.routes.ts";

export const targetsApi = api(
  targets,
  { records: soundcloudSystem.idempotency, ports: {} },
  {
    proposeTargets: { run: (ctx, { params, body }) => proposeForSubmission(ctx, params.submission_id, body), present: presentProposal },
    listTargetProposals: async (ctx, { params, page }) => presentProposalPage(ctx, await listProposals(ctx, params.submission_id, page)),
    getTargetProposal: async (ctx, { params }) => presentProposal(ctx, await getProposal(ctx, params.submission_id, params.proposal_id)),
    applyTargetProposal: async (ctx, { params }) => presentSubmission(ctx, await applyProposal(ctx, params.submission_id, params.proposal_id)),
  },
);
export const handler = onLambda(targetsApi, authenticate);
