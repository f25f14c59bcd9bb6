import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { createApiKey, listApiKeys, revokeApiKey } from "../../shared/identity/api-key/create-api-key.ts";
import { authenticate } from "../../shared/identity/authenticate.ts";
import { Idempotency } from "../../shared/identity/table.ts";
import { apiKeys } from "./api-keys.routes.ts";

export const apiKeysApi = api(
  apiKeys,
  { records: Idempotency, ports: {} },
  {
    createApiKey: (ctx, { body }) => createApiKey(ctx, body),
    listApiKeys: (ctx, { page }) => listApiKeys(ctx, page),
    revokeApiKey: (ctx, { params }) => revokeApiKey(ctx, params.api_key_id),
  },
);
export const handler = onLambda(apiKeysApi, authenticate);
