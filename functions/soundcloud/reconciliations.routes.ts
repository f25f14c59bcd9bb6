import * as z from "zod";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { Difference } from "../../shared/soundcloud/reconcile/difference.ts";
import { Reconciliation } from "../../shared/soundcloud/reconcile/reconciliation.ts";

const admin = roles("soundcloud", { admin: "all" });
const ReconciliationParams = z.strictObject({ reconciliation_id: z.uuid() });
const difference = { check: "wallet.balance", subject: "0199b1f0-7c00-7000-8000-000000000001", stored: 9, computed: 3 };

export const reconciliations = resource(
  "soundcloud",
  "reconciliations",
  "Recomputations of the org's books: wallets and counters against the raw items that they are made of. They change nothing, and must find no difference.",
  {
    createReconciliation: route({
      method: "POST",
      path: "/soundcloud/reconciliations",
      summary: "Order a recomputation of wallets, mirrors and counts",
      description: "It runs by itself; read it again to see how far it is. The same runs each night.",
      policy: admin,
      idempotent: true,
      reply: { status: 202, body: Reconciliation.api.response, location: "/soundcloud/reconciliations/{id}" },
      rate_limit: { by: "org", max: 10, per_seconds: 3600 },
    }),
    getReconciliation: route({
      method: "GET",
      path: "/soundcloud/reconciliations/{reconciliation_id}",
      summary: "Read a recomputation: how far it is and how many differences it found",
      description: "`failed` says that it broke off five times in a row at the same place; operators are told by an alarm and can make it go on.",
      policy: admin,
      params: ReconciliationParams,
      reply: { status: 200, body: Reconciliation.api.response },
    }),
    listReconciliations: route({
      method: "GET",
      path: "/soundcloud/reconciliations",
      summary: "List recomputations, the latest first",
      policy: admin,
      list: true,
      reply: { status: 200, body: Reconciliation.api.response },
    }),
    listDifferences: route({
      method: "GET",
      path: "/soundcloud/reconciliations/{reconciliation_id}/differences",
      summary: "List the differences that a recomputation found",
      description: "While it runs, those found so far. `subject` is the item that keeps the value: a member, submission, assignment, queue's date or the org.",
      policy: admin,
      params: ReconciliationParams,
      list: true,
      reply: { status: 200, body: Difference },
      example: { reply: difference },
    }),
  },
);
