import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { Client } from "../party/client.ts";

/** Ids of the org's clients, each once. They are listed by name: one that is renamed meanwhile may be passed over, and not met twice. */
export async function* everyClient(ctx: OrgCtx): AsyncGenerator<string> {
  const met = new Set<string>();
  for await (const { id } of every((page) => Client.query.byName(ctx, { org_id: ctx.org_id }, page))) {
    if (met.has(id)) continue;
    met.add(id);
    yield id;
  }
}
