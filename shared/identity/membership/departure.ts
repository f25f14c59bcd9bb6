import { MembershipRemoved } from "../../../events/identity/membership-removed.v1.ts";
import { PersonErased } from "../../../events/identity/person-erased.v1.ts";
import type { Ctx } from "../../kernel/context.ts";
import type { Write } from "../../kernel/table/table.ts";
import { emitFor } from "../emit-for.ts";

/** Why somebody leaves: `erased` is given when their account is being erased, with the address sealed for the org. */
export interface Departure {
  readonly org_id: string;
  readonly user_id: string;
  readonly erased?: { readonly address: string } | undefined;
}

/** What the org's platforms hear when somebody leaves it. */
export const departureWrites = (ctx: Ctx, { org_id, user_id, erased }: Departure): Write[] => [
  ...emitFor(ctx, org_id, MembershipRemoved, { user_id }),
  ...(erased ? emitFor(ctx, org_id, PersonErased, { user_id, ...erased, erased_at: ctx.clock.now().toISOString() }) : []),
];
