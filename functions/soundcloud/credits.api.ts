import { authenticate } from "../../shared/identity/authenticate.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { adjustCredits } from "../../shared/soundcloud/credit/adjust-credits.ts";
import { getCampaignAccount, getWallet, listLedger } from "../../shared/soundcloud/credit/read-credits.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { credits } from "./credits.routes.ts";

export const creditsApi = api(
  credits,
  { records: soundcloudSystem.idempotency, ports: {} },
  {
    getWallet: (ctx, { params }) => getWallet(ctx, params.member_id),
    listLedger: (ctx, { params, page }) => listLedger(ctx, params.member_id, page),
    adjustCredits: (ctx, { params, body }) => adjustCredits(ctx, { ...params, ...body }),
    getCampaignAccount: (ctx) => getCampaignAccount(ctx),
  },
);
export const handler = onLambda(creditsApi, authenticate);
