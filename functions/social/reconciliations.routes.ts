import * as z from "zod";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { SocialReconciliation } from "../../shared/social/reconcile/social-reconciliation.ts";

const owners = roles("social", { owner: "all" });

export const reconciliations = resource(
  "social",
  "reconciliations",
  "Recomputations of the posts' counters from their stored events, and of their revenue from the conversions. They change nothing, and must find no difference.",
  {
    createReconciliation: route({
      method: "POST",
      path: "/social/reconciliations",
      summary: "Order a recomputation of this month's and last month's counters, and of revenue",
      description: "It runs by itself and then stands in the list. The same runs each night.",
      policy: owners,
      idempotent: true,
      reply: { status: 202, body: z.object({ id: z.uuid(), date: z.iso.date() }) },
      rate_limit: { by: "org", max: 10, per_seconds: 3600 },
    }),
    listReconciliations: route({
      method: "GET",
      path: "/social/reconciliations",
      summary: "List recomputations, the latest day first",
      policy: owners,
      list: true,
      reply: { status: 200, body: SocialReconciliation.api.response },
    }),
  },
);
