import { authenticate } from "../../shared/identity/authenticate.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { disconnect, listConnections, listMemberConnections } from "../../shared/soundcloud/planner/disconnect.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { connections } from "./connections.routes.ts";

export const connectionsApi = api(
  connections,
  { records: soundcloudSystem.idempotency, ports: {} },
  {
    listConnections: (ctx, { query, page }) => listConnections(ctx, query.status, page),
    listMemberConnections: (ctx, { params, page }) => listMemberConnections(ctx, params.member_id, page),
    disconnect: (ctx, { params }) => disconnect(ctx, params.member_id, params.platform),
  },
);
export const handler = onLambda(connectionsApi, authenticate);
