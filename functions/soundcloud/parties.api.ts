import { authenticate } from "../../shared/identity/authenticate.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import {
  createClient,
  createSalesperson,
  getClient,
  getSalesperson,
  listClients,
  listSalespersons,
  patchClient,
  patchSalesperson,
} from "../../shared/soundcloud/party/parties.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { parties } from "./parties.routes.ts";

export const partiesApi = api(
  parties,
  { records: soundcloudSystem.idempotency, ports: {} },
  {
    listClients: (ctx, { page }) => listClients(ctx, page),
    createClient: (ctx, { body }) => createClient(ctx, body),
    getClient: (ctx, { params }) => getClient(ctx, params.client_id),
    patchClient: (ctx, { params, body, version }) => patchClient(ctx, params.client_id, body, version),
    listSalespersons: (ctx, { page }) => listSalespersons(ctx, page),
    createSalesperson: (ctx, { body }) => createSalesperson(ctx, body),
    getSalesperson: (ctx, { params }) => getSalesperson(ctx, params.salesperson_id),
    patchSalesperson: (ctx, { params, body, version }) => patchSalesperson(ctx, params.salesperson_id, body, version),
  },
);
export const handler = onLambda(partiesApi, authenticate);
