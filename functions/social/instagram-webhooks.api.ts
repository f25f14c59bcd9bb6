import { openVault } from "../../shared/kernel/crypto/kms.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { noSessions } from "../../shared/kernel/http/authenticator.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { confirmHook } from "../../shared/social/instagram/confirm-hook.ts";
import { instagramSecrets } from "../../shared/social/instagram/hook-secrets.ts";
import { receiveMessage } from "../../shared/social/instagram/receive-message.ts";
import { socialSystem } from "../../shared/social/table.ts";
import { instagramWebhooks } from "./instagram-webhooks.routes.ts";

export const instagramWebhooksApi = api(
  instagramWebhooks,
  { records: socialSystem.idempotency, ports: { vault: (boot) => openVault(boot), commands: openCommands } },
  {
    confirmHook: (ctx, { params, query }) => confirmHook(ctx, params.org_id, query),
    receiveMessage: { secrets: (ctx) => instagramSecrets(ctx), run: (ctx, { body, message }) => receiveMessage(ctx, body, message.id) },
  },
);
export const handler = onLambda(instagramWebhooksApi, noSessions);
