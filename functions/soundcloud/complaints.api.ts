import { authenticate } from "../../shared/identity/authenticate.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { createComplaint } from "../../shared/soundcloud/complaint/create-complaint.ts";
import { listComplaints } from "../../shared/soundcloud/complaint/list-complaints.ts";
import { moveComplaint } from "../../shared/soundcloud/complaint/move-complaint.ts";
import { patchComplaint } from "../../shared/soundcloud/complaint/patch-complaint.ts";
import { presentComplaint, presentComplaints } from "../../shared/soundcloud/complaint/present-complaint.ts";
import { complaintHistory, getComplaint } from "../../shared/soundcloud/complaint/read-complaint.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { complaints } from "./complaints.routes.ts";

export const complaintsApi = api(
  complaints,
  { records: soundcloudSystem.idempotency, ports: {} },
  {
    createComplaint: { run: (ctx, { body }) => createComplaint(ctx, body), present: presentComplaint },
    listComplaints: async (ctx, { query, page }) => presentComplaints(ctx, await listComplaints(ctx, query, page)),
    getComplaint: async (ctx, { params }) => presentComplaint(ctx, await getComplaint(ctx, params.complaint_id)),
    patchComplaint: async (ctx, { params, body, version }) => presentComplaint(ctx, await patchComplaint(ctx, params.complaint_id, body, version)),
    takeUpComplaint: async (ctx, { params }) => presentComplaint(ctx, await moveComplaint(ctx, params.complaint_id, "in_progress")),
    finishComplaint: async (ctx, { params }) => presentComplaint(ctx, await moveComplaint(ctx, params.complaint_id, "done")),
    complaintHistory: (ctx, { params, page }) => complaintHistory(ctx, params.complaint_id, page),
  },
);
export const handler = onLambda(complaintsApi, authenticate);
