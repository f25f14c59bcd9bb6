import { MetricsRefreshOrdered } from "../../../events/social/metrics-refresh-ordered.v1.ts";
import { type OrgCtx, actorId } from "../../kernel/context.ts";
import { isDomainError } from "../../kernel/errors.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { transact } from "../../kernel/table/table.ts";
import { PlatformName } from "../platform/social-platform.ts";
import { social, socialSystem } from "../table.ts";
import { MetricsRefresh } from "./metrics-refresh.ts";

const KEEP_S = 400 * 86_400;

const draft = (ctx: OrgCtx, more: { readonly id?: string; readonly date?: string; readonly requested_by?: string }): MetricsRefresh =>
  MetricsRefresh.draft(ctx, {
    ...more,
    org_id: ctx.org_id,
    checkpoint: { platform: PlatformName.options[0]! },
    expires_at: Math.floor(ctx.clock.now().getTime() / 1000) + KEEP_S,
  });

/** Orders a recomputation: it is stored together with the event that its worker takes as the order. README, Recomputation. */
export const orderRefresh = async (ctx: OrgCtx): Promise<MetricsRefresh> => {
  const requested_by = actorId(ctx.actor);
  const run = draft(ctx, requested_by === undefined ? {} : { requested_by });
  const writes = [...MetricsRefresh.writes.put(ctx, run), ...socialSystem.emit(ctx, MetricsRefreshOrdered, { refresh_id: run.id })];
  await transact(ctx, social, writes, { pattern: "analytics.orderRefresh", result: run });
  return run;
};

/** The run of a night, made by whichever delivery of its order comes first. */
export const nightlyRefresh = async (ctx: OrgCtx, id: string, date: string): Promise<MetricsRefresh> => {
  const run = draft(ctx, { id, date });
  try {
    await transact(ctx, social, MetricsRefresh.writes.put(ctx, run), { pattern: "analytics.nightlyRefresh" });
    return run;
  } catch (error) {
    if (!isDomainError(error, "already_exists")) throw error;
    return MetricsRefresh.get(ctx, run, { consistent: true });
  }
};

/** Throws DomainError not_found. */
export const getRefresh = (ctx: OrgCtx, id: string): Promise<MetricsRefresh> => MetricsRefresh.get(ctx, { org_id: ctx.org_id, id });

/** The latest first. */
export const listRefreshes = (ctx: OrgCtx, page: PageRequest): Promise<PageOf<MetricsRefresh>> =>
  MetricsRefresh.query.all(ctx, { org_id: ctx.org_id }, { ...page, desc: true });
