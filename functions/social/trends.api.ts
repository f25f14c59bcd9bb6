import { authenticate } from "../../shared/identity/authenticate.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { socialSystem } from "../../shared/social/table.ts";
import { listFlaggedPersons } from "../../shared/social/trend/flagged-persons.ts";
import { getLexicon } from "../../shared/social/trend/get-lexicon.ts";
import { orderMentions } from "../../shared/social/trend/order-mentions.ts";
import { orderRemoval } from "../../shared/social/trend/order-removal.ts";
import { putLexicon } from "../../shared/social/trend/put-lexicon.ts";
import { getTrend, listEvaluations, listTrends } from "../../shared/social/trend/read-trends.ts";
import { unflagPerson } from "../../shared/social/trend/unflag-person.ts";
import { trends } from "./trends.routes.ts";

export const trendsApi = api(
  trends,
  { records: socialSystem.idempotency, ports: { commands: (boot) => openCommands(boot) } },
  {
    sendMentions: (ctx, { body }) => orderMentions(ctx, body),
    removeMentions: (ctx, { body }) => orderRemoval(ctx, body),
    listFlaggedPersons: (ctx, { page }) => listFlaggedPersons(ctx, page),
    unflagPerson: (ctx, { params, version }) => unflagPerson(ctx, params.flagged_person_id, version),
    listTrends: (ctx, { query, page }) => listTrends(ctx, query, page),
    getTrend: (ctx, { params }) => getTrend(ctx, params.trending_topic_id),
    listTrendEvaluations: (ctx, { query, page }) => listEvaluations(ctx, query.platform, page),
    getLexicon: (ctx) => getLexicon(ctx),
    putLexicon: (ctx, { body, version }) => putLexicon(ctx, body, version),
  },
);
export const handler = onLambda(trendsApi, authenticate);
