import { AgeTopContent } from "../../../events/social/age-top-content.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { todayOf } from "../../kernel/days.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { inParallel } from "../../kernel/queue/parallel.ts";
import { contend } from "../../kernel/table/table.ts";
import { PostStanding } from "./post-standing.ts";
import { leaveBoards } from "./refresh-post.ts";

const PAGE = 100;
const PARALLEL = 4;
/** A page is not begun with less time than this. */
const PAGE_MS = 30_000;

/** Takes one post off the leaderboards that it has left by now; one that another run has taken off is left alone. */
const age = (ctx: OrgCtx, { org_id, post_id }: PostStanding): Promise<void> =>
  contend(async () => {
    const standing = await PostStanding.find(ctx, { org_id, post_id }, { consistent: true });
    if (standing?.leaves_on === undefined || standing.leaves_on > todayOf(ctx)) return;
    await leaveBoards(ctx, standing);
  });

/**
 * Takes posts off the leaderboards whose period has passed them, each in one transaction; also those that a missed day
 * has left. When time runs short a new message goes on. README, Top content.
 */
export const ageTopContent = async (ctx: OrgJobCtx & { readonly commands: Commands }, { date }: { readonly date: string }): Promise<void> => {
  let position: unknown;
  do {
    if (ctx.remaining_ms() < PAGE_MS)
      return ctx.commands.sendEach(ctx, AgeTopContent, [{ org_id: ctx.org_id, id: uuidOf(`${AgeTopContent.type}/${ctx.request_id}`), data: { date } }]);
    const page = await PostStanding.query.leaving(ctx, { org_id: ctx.org_id }, { to: { leaves_on: todayOf(ctx) }, limit: PAGE, position });
    await inParallel(page.items, PARALLEL, (standing) => age(ctx, standing));
    position = page.position;
  } while (position !== undefined);
};
