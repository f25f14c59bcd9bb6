import type { OrgCtx } from "../../kernel/context.ts";
import { type Violation, unprocessable } from "../../kernel/errors.ts";
import { Client } from "./client.ts";
import { Salesperson } from "./salesperson.ts";

/** Throws DomainError `unknown_party` with a pointer to every id that names nobody in the org; what is not given is not asked for. */
export const requireParties = async (
  ctx: OrgCtx,
  { client_id, salesperson_id }: { readonly client_id?: string | null | undefined; readonly salesperson_id?: string | null | undefined },
): Promise<void> => {
  const { org_id } = ctx;
  const [client, salesperson] = await Promise.all([
    client_id ? Client.find(ctx, { org_id, id: client_id }) : true,
    salesperson_id ? Salesperson.find(ctx, { org_id, id: salesperson_id }) : true,
  ]);
  const unknown = (field: string): Violation => ({ pointer: `/${field}`, code: "unknown_party", detail: "Choose an id from the org's list." });
  const errors = [...(client ? [] : [unknown("client_id")]), ...(salesperson ? [] : [unknown("salesperson_id")])];
  if (errors.length > 0) throw unprocessable("unknown_party", "The body names somebody who is not in the org.", errors);
};
