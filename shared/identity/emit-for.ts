import type * as z from "zod";
import type { Contract, DataOf } from "../../events/envelope.ts";
import type { Ctx } from "../kernel/context.ts";
import type { Write } from "../kernel/table/table.ts";
import { emit } from "./table.ts";

/** The write that makes an event part of a transaction, about an org that need not be the active one. */
export const emitFor = <C extends Contract<"event", string, z.ZodType>>(ctx: Ctx, org_id: string, contract: C, data: DataOf<C>): Write[] => {
  const { request_id, actor, clock, ids, log, db } = ctx;
  return emit({ request_id, actor, clock, ids, log, db, org_id }, contract, data);
};
