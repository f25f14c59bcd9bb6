import * as z from "zod";
import { orgOwner, resource, route } from "../../shared/kernel/http/route.ts";
import { ApiKey } from "../../shared/identity/api-key/api-key.ts";
import { ApiKeyView } from "../../shared/identity/api-key/present-api-key.ts";

const keyExample = {
  org_id: "019e1b9a-7c00-7000-8000-000000000005",
  id: "019e1b9a-7c00-7000-8000-000000000008",
  name: "Nightly export",
  roles: { soundcloud: ["moderator"] },
  last_four: "x7Qa",
  created_by: "019e1b9a-7c00-7000-8000-000000000001",
  version: 1,
  created_at: "2026-11-20T10:00:00.000Z",
  updated_at: "2026-11-20T10:00:00.000Z",
};

export const apiKeys = resource(
  "identity",
  "api-keys",
  "Keys of machine clients. A key acts in its own org with its own roles and can do nothing that needs a person.",
  {
    createApiKey: route({
      method: "POST",
      path: "/identity/api-keys",
      summary: "Make an API key",
      description: "Only this reply carries `secret`; a replay with the same Idempotency-Key comes without it.",
      policy: orgOwner,
      idempotent: true,
      body: ApiKey.api.create,
      reply: { status: 201, body: ApiKeyView.extend({ secret: z.string().optional() }) },
      errors: {
        platform_not_enabled: { status: 422, when: "roles are given on a platform that the org does not use" },
        expires_in_the_past: { status: 422, when: "`expires_at` has passed" },
      },
      rate_limit: { by: "org", max: 60, per_seconds: 3600 },
      example: { body: { name: "Nightly export", roles: { soundcloud: ["moderator"] } }, reply: { ...keyExample, secret: "gsk_AZ4bmnwAcACAAAAAAAAAAQ" } },
    }),
    listApiKeys: route({
      method: "GET",
      path: "/identity/api-keys",
      summary: "List API keys, newest first",
      policy: orgOwner,
      list: true,
      reply: { status: 200, body: ApiKeyView },
      example: { reply: keyExample },
    }),
    revokeApiKey: route({
      method: "POST",
      path: "/identity/api-keys/{api_key_id}/revoke",
      summary: "Revoke an API key",
      description: "Refused from its next request. Revoking it again changes nothing.",
      policy: orgOwner,
      params: z.strictObject({ api_key_id: z.uuid() }),
      reply: { status: 200, body: ApiKeyView },
      example: { reply: { ...keyExample, revoked_at: "2026-11-20T11:00:00.000Z", version: 2 } },
    }),
  },
);
