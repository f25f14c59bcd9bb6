import { authenticate } from "../../shared/identity/authenticate.ts";
import { presentExport } from "../../shared/kernel/export/present-export.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { orderErasure } from "../../shared/social/erasure/order-erasure.ts";
import { getErasure, listErasures } from "../../shared/social/erasure/read-erasures.ts";
import { orderExport } from "../../shared/social/export/order-export.ts";
import { socialSystem } from "../../shared/social/table.ts";
import { persons } from "./persons.routes.ts";

export const personsApi = api(
  persons,
  { records: socialSystem.idempotency, ports: {} },
  {
    erasePerson: (ctx, { body }) => orderErasure(ctx, body),
    exportPerson: async (ctx, { body }) => presentExport(await orderExport(ctx, { ...body, kind: "person", format: "json" })),
    getErasure: (ctx, { params }) => getErasure(ctx, params.person_erasure_id),
    listErasures: (ctx, { page }) => listErasures(ctx, page),
  },
);
export const handler = onLambda(personsApi, authenticate);
