import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { Conversion } from "./conversion.ts";
import { EARNED, type Earned, NOTHING_EARNED, PostRevenue, addEarned, earnedOf, earningsOf } from "./post-revenue.ts";
import type { Recount } from "./recount.ts";
import { CHECKPOINT_POSTS, RevenueCheckpoint } from "./revenue-checkpoint.ts";

/** Conversions of one page; each has up to 40 touches. */
const PAGE = 250;
/** Posts whose sums are held at a time. */
export const MOST_POSTS = 20_000;
const KEEP_CHECKPOINT_S = 3 * 86_400;

/** What is added up of each post, and up to which post that is. */
export interface Sums {
  readonly byPost: Map<string, Earned>;
  until: string | undefined;
}

/** A sum that is kept and is not what the conversions add up to. */
export interface RevenueDifference {
  readonly post_id: string;
  readonly counter: keyof Earned;
  readonly kept: number;
  readonly counted: number;
  /** When what is kept was last changed; absent when nothing is. */
  readonly changed_at?: string;
}

const putDownBefore = async (ctx: OrgCtx, { until, checkpoint }: Recount): Promise<Sums> => {
  const byPost = new Map<string, Earned>();
  if (checkpoint !== undefined)
    for await (const { sums } of every((page) => RevenueCheckpoint.list(ctx, { org_id: ctx.org_id, checkpoint }, { ...page, consistent: true })))
      for (const { post_id, ...earned } of sums) byPost.set(post_id, earned);
  return { byPost, until };
};

const add = ({ byPost, until }: Sums, conversion: Conversion, after: string | undefined): void => {
  for (const [post_id, earned] of earningsOf(conversion)) {
    if ((after !== undefined && post_id <= after) || (until !== undefined && post_id > until)) continue;
    byPost.set(post_id, addEarned(byPost.get(post_id) ?? NOTHING_EARNED, earned));
  }
};

/** Of too many posts the first ones stay; the others, and all after them, are for the next time. */
const limit = (sums: Sums, most_posts: number): void => {
  if (sums.byPost.size <= most_posts) return;
  const posts = [...sums.byPost.keys()].toSorted();
  for (const post_id of posts.slice(most_posts)) sums.byPost.delete(post_id);
  sums.until = posts[most_posts - 1]!;
};

/**
 * Adds up the shares of all conversions and refunds of the org for the next posts, from where the recount is, until
 * `isLate` says so after a page; `position` is then where the next one begins. For a job.
 */
export const addUp = async (
  ctx: OrgCtx,
  recount: Recount,
  { isLate, most_posts = MOST_POSTS }: { readonly isLate: () => boolean; readonly most_posts?: number | undefined },
): Promise<{ readonly sums: Sums; readonly position?: unknown }> => {
  const sums = await putDownBefore(ctx, recount);
  let position: unknown = recount.position;
  do {
    const page = await Conversion.query.byTime(ctx, { org_id: ctx.org_id }, { limit: PAGE, ...(position === undefined ? {} : { position }) });
    for (const conversion of page.items) add(sums, conversion, recount.after);
    limit(sums, most_posts);
    position = page.position;
  } while (position !== undefined && !isLate());
  return { sums, ...(position === undefined ? {} : { position }) };
};

/** Keeps what was added up so far, from which a recount goes on. */
export const putDown = async (ctx: OrgCtx, { begun_at, after }: Recount, { byPost, until }: Sums, position: unknown): Promise<Recount> => {
  const checkpoint = ctx.ids.uuid();
  const expires_at = Math.floor(ctx.clock.now().getTime() / 1000) + KEEP_CHECKPOINT_S;
  const all = [...byPost].map(([post_id, earned]) => ({ post_id, ...earned }));
  const parts = Array.from({ length: Math.ceil(all.length / CHECKPOINT_POSTS) }, (_, part) =>
    all.slice(part * CHECKPOINT_POSTS, (part + 1) * CHECKPOINT_POSTS),
  );
  await RevenueCheckpoint.putMany(
    ctx,
    parts.map((sums, part) => ({ org_id: ctx.org_id, checkpoint, part, sums, expires_at })),
  );
  return {
    begun_at,
    ...(after === undefined ? {} : { after }),
    ...(until === undefined ? {} : { until }),
    position: position as Recount["position"],
    checkpoint,
  };
};

const compared = (post_id: string, counted: Earned, kept: PostRevenue | undefined): RevenueDifference[] => {
  const was = kept === undefined ? NOTHING_EARNED : earnedOf(kept);
  const changed = kept === undefined ? {} : { changed_at: kept.updated_at };
  return EARNED.flatMap((counter) =>
    counted[counter] === was[counter] ? [] : [{ post_id, counter, kept: was[counter], counted: counted[counter], ...changed }],
  );
};

/**
 * What is kept of the posts that were added up, and is something else: nothing is the only good answer. What is recorded
 * after the first conversion was read may show as a difference; then what is kept was changed since. For a job.
 */
export async function* differencesOf(ctx: OrgCtx, { after }: Recount, { byPost, until }: Sums): AsyncGenerator<RevenueDifference, void, undefined> {
  const range = { ...(after === undefined ? {} : { from: { post_id: after } }), ...(until === undefined ? {} : { to: { post_id: until } }) };
  const missing = new Map(byPost);
  for await (const kept of every((page) => PostRevenue.list(ctx, { org_id: ctx.org_id }, { ...page, ...range, limit: 1000, consistent: true }))) {
    if (kept.post_id === after) continue;
    missing.delete(kept.post_id);
    yield* compared(kept.post_id, byPost.get(kept.post_id) ?? NOTHING_EARNED, kept);
  }
  for (const [post_id, counted] of missing) yield* compared(post_id, counted, undefined);
}
