import { PublishPost } from "../../../events/social/publish-post.v1.ts";
import { DomainError } from "../../kernel/errors.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { JobCtx } from "../../kernel/job.ts";
import type { CommandMessage, Commands } from "../../kernel/queue/commands.ts";
import { inParallel } from "../../kernel/queue/parallel.ts";
import { everyPage } from "../../kernel/table/every.ts";
import { Post, type WaitsFor } from "../post/post.ts";
import { Settings } from "../settings/settings.ts";

/** Of one org and one minute; the rest follows in the next. */
const MOST_PER_ORG = 100;
const ORGS_AT_ONCE = 10;
const STOP_MS = 10_000;

type OrderCtx = JobCtx & { readonly commands: Commands };

const dueOf = async (ctx: OrderCtx, org_id: string, waits_for: WaitsFor, until: string): Promise<CommandMessage<typeof PublishPost>[]> => {
  const { items } = await Post.query.due(ctx, { org_id, waits_for }, { to: { due_at: until }, limit: MOST_PER_ORG });
  // The same for every minute that finds it so, and another once it was put off.
  return items.map(({ id, due_at }) => ({ org_id, data: { post_id: id }, id: uuidOf(`social.publish-due/${id}/${due_at}`) }));
};

/**
 * Orders the publication of every post that is due, of every org: planned ones, those whose next attempt has come, and
 * those whose lease ran out. Nothing is noted, since what was not ordered stays due. Throws DomainError `out_of_time`.
 */
export const orderDuePosts = async (ctx: OrderCtx, scheduled_at: Date): Promise<void> => {
  const now = ctx.clock.now();
  const until = (now < scheduled_at ? scheduled_at : now).toISOString();
  for await (const orgs of everyPage((page) => Settings.query.allOrgs(ctx, {}, page))) {
    if (ctx.remaining_ms() < STOP_MS) throw new DomainError("unavailable", "out_of_time", "Not every org was looked at; the next minute begins anew.");
    const due = await inParallel(orgs, ORGS_AT_ONCE, async ({ org_id }) => [
      ...(await dueOf(ctx, org_id, "time", until)),
      ...(await dueOf(ctx, org_id, "retry", until)),
    ]);
    await ctx.commands.sendEach(ctx, PublishPost, due.flat());
  }
};
