import { authenticate } from "../../shared/identity/authenticate.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { orderEvents } from "../../shared/social/engagement/order-events.ts";
import { readCounts } from "../../shared/social/engagement/read-counts.ts";
import { getBatch, listParked } from "../../shared/social/engagement/read-batches.ts";
import { removeEvents } from "../../shared/social/engagement/remove-events.ts";
import { socialSystem } from "../../shared/social/table.ts";
import { events } from "./events.routes.ts";

export const eventsApi = api(
  events,
  { records: socialSystem.idempotency, ports: { commands: openCommands } },
  {
    createEvents: (ctx, { body }) => orderEvents(ctx, body),
    getBatch: (ctx, { params }) => getBatch(ctx, params.batch_id),
    removeEvents: (ctx, { body }) => removeEvents(ctx, body),
    readCounts: (ctx, { params, query }) => readCounts(ctx, params.post_id, query),
    listParked: (ctx, { query, page }) => listParked(ctx, query, page),
  },
);
export const handler = onLambda(eventsApi, authenticate);
