import { authenticate } from "../../shared/identity/authenticate.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { readWorklist } from "../../shared/social/publishing/read-worklist.ts";
import { socialSystem } from "../../shared/social/table.ts";
import { worklist } from "./worklist.routes.ts";

export const worklistApi = api(worklist, { records: socialSystem.idempotency, ports: {} }, { readWorklist: (ctx, { page }) => readWorklist(ctx, page) });
export const handler = onLambda(worklistApi, authenticate);
