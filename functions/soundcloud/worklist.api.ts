import { authenticate } from "../../shared/identity/authenticate.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { readWorklist } from "../../shared/soundcloud/worklist/read-worklist.ts";
import { worklist } from "./worklist.routes.ts";

export const worklistApi = api(
  worklist,
  { records: soundcloudSystem.idempotency, ports: {} },
  { readWorklist: (ctx, { query, page }) => readWorklist(ctx, query, page) },
);
export const handler = onLambda(worklistApi, authenticate);
