import { authenticate } from "../../shared/identity/authenticate.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { getSlack } from "../../shared/soundcloud/slack/get-slack.ts";
import { orderSlackTest } from "../../shared/soundcloud/slack/order-slack-test.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { slack } from "./slack.routes.ts";

export const slackApi = api(
  slack,
  { records: soundcloudSystem.idempotency, ports: { commands: openCommands } },
  { getSlack: (ctx) => getSlack(ctx), testSlack: (ctx) => orderSlackTest(ctx) },
);
export const handler = onLambda(slackApi, authenticate);
