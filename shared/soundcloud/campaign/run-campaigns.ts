import { RunCampaigns } from "../../../events/soundcloud/run-campaigns.v1.ts";
import { DomainError, isDomainError } from "../../kernel/errors.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { inParallel } from "../../kernel/queue/parallel.ts";
import { completeCampaign } from "./complete-campaign.ts";
import { owedReposts } from "./delivery.ts";
import { goLive } from "./go-live.ts";
import { Campaign } from "./campaign.ts";

const PAGE = 50;
const PARALLEL = 5;
/** A page is not begun with less time than this. */
const PAGE_MS = 15_000;

type RunCtx = OrgJobCtx & { readonly commands: Commands };

/** A campaign runs through its end date; before that it ends once everything that was promised is there. */
const hasEnded = (campaign: Campaign, date: string): boolean =>
  campaign.status === "live" && ((campaign.end_date !== undefined && campaign.end_date < date) || owedReposts(campaign) === 0);
const isDue = ({ status, start_date }: Campaign, date: string): boolean => status === "scheduled" && start_date !== undefined && start_date <= date;

/** Whoever was first has done it; one that is not ready is left to ops, and looked at again tomorrow. */
const unlessRefused = async (ctx: RunCtx, campaign_id: string, work: Promise<unknown>): Promise<void> => {
  try {
    await work;
  } catch (error) {
    if (isDomainError(error, "not_ready")) return ctx.log.warn("campaign is due and not ready", { campaign_id, errors: error.errors });
    if (!isDomainError(error, "invalid_transition")) throw error;
  }
};

/** In this order, so that what begins today is not looked at twice. */
const STEPS = [
  { status: "live", due: hasEnded, act: completeCampaign },
  { status: "scheduled", due: isDue, act: goLive },
] as const;

interface Position {
  readonly step: number;
  readonly page?: unknown;
}

/** Looks at one page; the index may lag behind, so what is due is decided on the campaign itself. Returns how many failed. */
const runPage = async (ctx: RunCtx, date: string, { step, page }: Position): Promise<{ failed: number; next: Position | undefined }> => {
  const { status, due, act } = STEPS[step]!;
  const found = await Campaign.query.byStatus(ctx, { org_id: ctx.org_id, status }, { limit: PAGE, position: page });
  let failed = 0;
  await inParallel(
    found.items.filter((campaign) => due(campaign, date)),
    PARALLEL,
    async ({ id }) => {
      try {
        await unlessRefused(ctx, id, act(ctx, id, { still: (campaign) => due(campaign, date) }));
      } catch (error) {
        failed += 1;
        ctx.log.error("a campaign could not be moved on", { campaign_id: id, error });
      }
    },
  );
  const on = found.position === undefined ? { step: step + 1 } : { step, page: found.position };
  return { failed, next: on.step < STEPS.length ? on : undefined };
};

const goOn = (ctx: RunCtx, date: string, after: Position): Promise<void> => {
  const id = uuidOf(`${RunCampaigns.type}/${ctx.org_id}/${date}/${JSON.stringify(after)}`);
  return ctx.commands.sendEach(ctx, RunCampaigns, [{ org_id: ctx.org_id, id, data: { date, after: after as never } }]);
};

/**
 * Completes the org's campaigns that have ended before `date` or have all their reposts, and begins those that start by
 * then and are ready. A page at a time; when time runs short the rest is another message. A campaign that fails holds up
 * no other: the others are done, then the whole fails, so that the message is repeated. A repeat changes nothing.
 */
export const runCampaigns = async (ctx: RunCtx, { date, after }: { date: string; after?: unknown }): Promise<void> => {
  let at: Position | undefined = (after as Position | undefined) ?? { step: 0 };
  let failed = 0;
  do {
    const done: Awaited<ReturnType<typeof runPage>> = await runPage(ctx, date, at);
    failed += done.failed;
    at = done.next;
  } while (at !== undefined && ctx.remaining_ms() >= PAGE_MS);
  if (at !== undefined) await goOn(ctx, date, at);
  if (failed > 0) throw new DomainError("unavailable", "campaigns_failed", `${failed} campaigns could not be moved on; the message is repeated.`);
};
