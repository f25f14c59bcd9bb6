import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { EventBatch } from "./event-batch.ts";
import { ParkedEvent, ParkedState } from "./parked-event.ts";

export const ParkedFilter = z.strictObject({ state: ParkedState.default("given_up") });

/** What came of a batch. Throws DomainError not_found, also while it waits in the queue. */
export const getBatch = (ctx: OrgCtx, id: string): Promise<EventBatch> => EventBatch.get(ctx, { org_id: ctx.org_id, id });

/** The latest first. */
export const listParked = (ctx: OrgCtx, { state }: z.output<typeof ParkedFilter>, page: PageRequest): Promise<PageOf<ParkedEvent>> =>
  ParkedEvent.query.byState(ctx, { org_id: ctx.org_id, state }, { ...page, desc: true });
