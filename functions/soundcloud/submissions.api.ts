import { authenticate } from "../../shared/identity/authenticate.ts";
import { openVault } from "../../shared/kernel/crypto/kms.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { createSubmission } from "../../shared/soundcloud/submission/create-submission.ts";
import { approveSubmission, flagSubmission, rejectSubmission, reviewSubmission } from "../../shared/soundcloud/submission/decide-submission.ts";
import { patchSubmission } from "../../shared/soundcloud/submission/patch-submission.ts";
import { getSubmission, listSubmissions, submissionHistory } from "../../shared/soundcloud/submission/read-submissions.ts";
import { presentSubmission } from "../../shared/soundcloud/submission/submission-view.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { submissions } from "./submissions.routes.ts";

export const submissionsApi = api(
  submissions,
  { records: soundcloudSystem.idempotency, ports: { vault: (boot) => openVault(boot) } },
  {
    createSubmission: { run: (ctx, { body }) => createSubmission(ctx, body), present: presentSubmission },
    listSubmissions: (ctx, { query, page }) => listSubmissions(ctx, query, page),
    getSubmission: (ctx, { params }) => getSubmission(ctx, params.submission_id),
    patchSubmission: async (ctx, { params, body, version }) => presentSubmission(ctx, await patchSubmission(ctx, params.submission_id, body, version)),
    reviewSubmission: async (ctx, { params }) => presentSubmission(ctx, await reviewSubmission(ctx, params.submission_id)),
    approveSubmission: async (ctx, { params }) => presentSubmission(ctx, await approveSubmission(ctx, params.submission_id)),
    rejectSubmission: async (ctx, { params, body }) => presentSubmission(ctx, await rejectSubmission(ctx, params.submission_id, body.reason)),
    flagSubmission: async (ctx, { params, body }) => presentSubmission(ctx, await flagSubmission(ctx, params.submission_id, body.reason)),
    submissionHistory: (ctx, { params, page }) => submissionHistory(ctx, params.submission_id, page),
  },
);
export const handler = onLambda(submissionsApi, authenticate);
