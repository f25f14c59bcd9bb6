import { openVault } from "../../shared/kernel/crypto/kms.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { noSessions } from "../../shared/kernel/http/authenticator.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { plannerWebhookSecrets } from "../../shared/soundcloud/planner/planner-secrets.ts";
import { receivePlannerEvent } from "../../shared/soundcloud/planner/receive-planner-event.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { plannerWebhooks } from "./planner-webhooks.routes.ts";

export const plannerWebhooksApi = api(
  plannerWebhooks,
  { records: soundcloudSystem.idempotency, ports: { vault: (boot) => openVault(boot) } },
  { receivePlannerEvent: { secrets: (ctx) => plannerWebhookSecrets(ctx), run: (ctx, { body }) => receivePlannerEvent(ctx, body) } },
);
export const handler = onLambda(plannerWebhooksApi, noSessions);
