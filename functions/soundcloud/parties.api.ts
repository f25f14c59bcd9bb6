import { authenticate } from "../../shared/identity/authenticate.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import type { Client } from "../../shared/soundcloud/party/client.ts";
import { presentNamed, presentNamedPage } from "../../shared/soundcloud/party/name-key.ts";
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
import type { Salesperson } from "../../shared/soundcloud/party/salesperson.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { parties } from "./parties.routes.ts";

export const partiesApi = api(
  parties,
  { records: soundcloudSystem.idempotency, ports: {} },
  {
    listClients: async (ctx, { page }) => presentNamedPage(await listClients(ctx, page)),
    createClient: { run: (ctx, { body }) => createClient(ctx, body), present: async (_ctx, made: Client) => presentNamed(made) },
    getClient: async (ctx, { params }) => presentNamed(await getClient(ctx, params.client_id)),
    patchClient: async (ctx, { params, body, version }) => presentNamed(await patchClient(ctx, params.client_id, body, version)),
    listSalespersons: async (ctx, { page }) => presentNamedPage(await listSalespersons(ctx, page)),
    createSalesperson: { run: (ctx, { body }) => createSalesperson(ctx, body), present: async (_ctx, made: Salesperson) => presentNamed(made) },
    getSalesperson: async (ctx, { params }) => presentNamed(await getSalesperson(ctx, params.salesperson_id)),
    patchSalesperson: async (ctx, { params, body, version }) => presentNamed(await patchSalesperson(ctx, params.salesperson_id, body, version)),
  },
);
export const handler = onLambda(partiesApi, authenticate);
