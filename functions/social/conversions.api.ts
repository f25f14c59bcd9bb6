import { authenticate } from "../../shared/identity/authenticate.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { createConversion } from "../../shared/social/conversion/create-conversion.ts";
import { getPostRevenue } from "../../shared/social/conversion/get-post-revenue.ts";
import { getConversion, listConversions } from "../../shared/social/conversion/read-conversions.ts";
import { reattributeConversion } from "../../shared/social/conversion/reattribute-conversion.ts";
import { refundConversion } from "../../shared/social/conversion/refund-conversion.ts";
import { socialSystem } from "../../shared/social/table.ts";
import { conversions } from "./conversions.routes.ts";

export const conversionsApi = api(
  conversions,
  { records: socialSystem.idempotency, ports: {} },
  {
    createConversion: (ctx, { body }) => createConversion(ctx, body),
    listConversions: (ctx, { query, page }) => listConversions(ctx, query, page),
    getConversion: (ctx, { params }) => getConversion(ctx, params.conversion_id),
    refundConversion: (ctx, { params, body }) => refundConversion(ctx, params.conversion_id, body),
    reattributeConversion: (ctx, { params }) => reattributeConversion(ctx, params.conversion_id),
    getPostRevenue: (ctx, { params }) => getPostRevenue(ctx, params.post_id),
  },
);
export const handler = onLambda(conversionsApi, authenticate);
