import { RateTemplates } from "../../../events/social/rate-templates.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { todayOf } from "../../kernel/days.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { inParallel } from "../../kernel/queue/parallel.ts";
import { every } from "../../kernel/table/every.ts";
import { everything, rateOfPlace, reachesBackTo } from "../analytics/boards.ts";
import { PostStanding } from "../analytics/post-standing.ts";
import { TopContent } from "../analytics/top-content.ts";
import { getSettings } from "../settings/get-settings.ts";
import { type Baselines, baselinesOf } from "./baselines.ts";
import { ContentTemplate } from "./content-template.ts";
import { judgePosts } from "./judge-posts.ts";
import { isRatedFor, rateTemplate } from "./rate-template.ts";

const HOUR_MS = 3_600_000;
/** Younger posts have not come to what they will. */
const SETTLES_HOURS = 72;
const BASELINE_DAYS = 90;
/** The latest posts of a template by which it is rated. */
const MOST_POSTS = 1000;
const PAGE = 25;
const AT_ONCE = 4;
/** A page after the first is not begun with less time than this. */
const PAGE_MS = 30_000;

type RateCtx = OrgJobCtx & { readonly commands: Commands };
type Order = { readonly date: string; readonly after?: string | undefined };

const settledBefore = (ctx: OrgCtx): string => new Date(ctx.clock.now().getTime() - SETTLES_HOURS * HOUR_MS).toISOString();

/** What an org's posts of 90 days come to, from the leaderboard that has each of them once: one Query that reads no other. */
const readBaselines = async (ctx: OrgCtx): Promise<Baselines> => {
  const [since, until] = [reachesBackTo(BASELINE_DAYS, todayOf(ctx)), settledBefore(ctx)];
  const board = { org_id: ctx.org_id, time_period: BASELINE_DAYS, scope: everything } as const;
  const places = await Array.fromAsync(every((page) => TopContent.list(ctx, board, { ...page, limit: 1000 })));
  const settled = places.filter(({ rate_defined, published_on, published_at }) => rate_defined && published_on >= since && published_at <= until);
  return baselinesOf(settled.map((one) => ({ ...one, rate_millionths: rateOfPlace(one.place) })));
};

const rate = async (ctx: OrgCtx, template: ContentTemplate, baselines: Baselines, terms: { date: string; min_posts: number }): Promise<void> => {
  const at = { org_id: ctx.org_id, template_id: template.id };
  const { items } = await PostStanding.query.byTemplate(ctx, at, { to: { published_at: settledBefore(ctx) }, desc: true, limit: MOST_POSTS });
  const measured = items.filter(({ rate_defined }) => rate_defined);
  await rateTemplate(ctx, template, judgePosts(template.id, measured, baselines), terms);
};

/**
 * Rates an org's templates that the day has not rated yet, a page at a time in the order of ids, from `after` on; when
 * time runs short a new message goes on behind the last page. Posts of 90 days are read once a message, and a template's
 * own posts once a template. A repeat changes nothing. README, Templates.
 */
export const rateTemplates = async (ctx: RateCtx, { date, after }: Order): Promise<void> => {
  const { template_min_posts: min_posts } = await getSettings(ctx);
  const range = after === undefined ? {} : { from: { id: after } };
  let baselines: Baselines | undefined;
  let position: unknown;
  do {
    const page = await ContentTemplate.list(ctx, { org_id: ctx.org_id }, { ...range, limit: PAGE, position, consistent: true });
    const unrated = page.items.filter((template) => !isRatedFor(template, date));
    if (unrated.length > 0) baselines ??= await readBaselines(ctx);
    await inParallel(unrated, AT_ONCE, (template) => rate(ctx, template, baselines!, { date, min_posts }));
    position = page.position;
    if (position !== undefined && ctx.remaining_ms() < PAGE_MS) return goOn(ctx, { date, after: page.items.at(-1)!.id });
  } while (position !== undefined);
};

const goOn = (ctx: RateCtx, order: { readonly date: string; readonly after: string }): Promise<void> =>
  ctx.commands.sendEach(ctx, RateTemplates, [
    { org_id: ctx.org_id, id: uuidOf(`${RateTemplates.type}/${ctx.org_id}/${order.date}/${order.after}`), data: order },
  ]);
