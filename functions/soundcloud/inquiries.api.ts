import { authenticate } from "../../shared/identity/authenticate.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { admitInquiry } from "../../shared/soundcloud/inquiry/admit-inquiry.ts";
import { createInquiry } from "../../shared/soundcloud/inquiry/create-inquiry.ts";
import { listInquiries } from "../../shared/soundcloud/inquiry/list-inquiries.ts";
import { patchInquiry } from "../../shared/soundcloud/inquiry/patch-inquiry.ts";
import { getInquiry, inquiryHistory } from "../../shared/soundcloud/inquiry/read-inquiry.ts";
import { rejectInquiry } from "../../shared/soundcloud/inquiry/reject-inquiry.ts";
import { reopenInquiry } from "../../shared/soundcloud/inquiry/reopen-inquiry.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { inquiries } from "./inquiries.routes.ts";

export const inquiriesApi = api(
  inquiries,
  { records: soundcloudSystem.idempotency, ports: {} },
  {
    createInquiry: (ctx, { body }) => createInquiry(ctx, body),
    listInquiries: (ctx, { query, page }) => listInquiries(ctx, query, page),
    getInquiry: (ctx, { params }) => getInquiry(ctx, params.inquiry_id),
    patchInquiry: (ctx, { params, body, version }) => patchInquiry(ctx, params.inquiry_id, body, version),
    admitInquiry: (ctx, { params, body }) => admitInquiry(ctx, params.inquiry_id, body),
    rejectInquiry: (ctx, { params, body }) => rejectInquiry(ctx, params.inquiry_id, body.reason),
    reopenInquiry: (ctx, { params }) => reopenInquiry(ctx, params.inquiry_id),
    inquiryHistory: (ctx, { params, page }) => inquiryHistory(ctx, params.inquiry_id, page),
  },
);
export const handler = onLambda(inquiriesApi, authenticate);
