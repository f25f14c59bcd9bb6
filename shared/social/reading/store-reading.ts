import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { type Write, contend, transact } from "../../kernel/table/table.ts";
import { countsByDay, totalsUntil } from "../analytics/daily-totals.ts";
import { countedIn, differingIn } from "../analytics/accuracy.ts";
import type { CountedKind, CountedThen } from "../analytics/post-insight.ts";
import { insightWrites } from "../analytics/record-insight.ts";
import { PostDay } from "../engagement/post-day.ts";
import { Post } from "../post/post.ts";
import { social } from "../table.ts";
import { nextReading } from "./cadence.ts";
import type { Figures } from "./networks.ts";
import { PostReading, type ReadingOutcome } from "./post-reading.ts";

const DETAIL_LENGTH = 500;
/** What networks say lags behind for so long. */
const SETTLES_MS = 48 * 3_600_000;

/** What the network answered of one post. */
export type Told =
  | { readonly outcome: "read"; readonly figures: Figures; readonly followers: number | undefined }
  | { readonly outcome: "silent" | "not_shown" }
  | { readonly outcome: "refused"; readonly detail: string };

/** A post beside what its network has just told of it. */
export interface Compared {
  readonly post_id: string;
  /** Kinds of which anything is counted here. */
  readonly counted: readonly CountedKind[];
  /** Kinds of which something else is counted here; none while what networks say may lag behind. */
  readonly differing: readonly CountedKind[];
}

const isDue = ({ due_at }: PostReading, now: Date): boolean => due_at !== undefined && due_at <= now.toISOString();

/** Everything that was counted of a post until now. */
const countedOf = async (ctx: OrgCtx, post_id: string): Promise<CountedThen> => {
  const days = await Array.fromAsync(every((page) => PostDay.list(ctx, { org_id: ctx.org_id, post_id }, { ...page, limit: 1000, consistent: true })));
  return totalsUntil(countsByDay(days), "9999-12-31");
};

const settled = (ctx: OrgCtx, reading: PostReading, outcome: ReadingOutcome, detail?: string): Write[] => {
  const now = ctx.clock.now();
  return PostReading.writes.patch(ctx, reading, {
    outcome,
    read_at: now.toISOString(),
    detail: detail?.slice(0, DETAIL_LENGTH) ?? null,
    due_at: outcome === "ended" ? null : (nextReading(reading, now)?.toISOString() ?? null),
  });
};

const compared = (now: Date, { post_id, published_at }: PostReading, told: Figures, counted: CountedThen): Compared => ({
  post_id,
  counted: countedIn(counted),
  differing: now.getTime() - Date.parse(published_at) < SETTLES_MS ? [] : differingIn(told, counted),
});

/**
 * Notes what the network told of a post, and when it is read next, in one transaction: whoever comes second finds the post
 * no longer due and changes nothing. Returns how our counters stand beside the figures, where there are any.
 */
export const storeReading = (ctx: OrgCtx, known: PostReading, told: Told): Promise<Compared | undefined> =>
  contend(async (attempt) => {
    const reading = attempt === 1 ? known : await PostReading.find(ctx, known, { consistent: true });
    const now = ctx.clock.now();
    if (!reading || !isDue(reading, now)) return undefined;
    const post = await Post.find(ctx, { org_id: ctx.org_id, id: reading.post_id }, { consistent: true });
    if (!post || post.deleted) {
      await transact(ctx, social, settled(ctx, reading, "ended"), { pattern: "readings.end" });
      return undefined;
    }
    if (told.outcome !== "read") {
      await transact(ctx, social, settled(ctx, reading, told.outcome, told.outcome === "refused" ? told.detail : undefined), { pattern: "readings.settle" });
      return undefined;
    }
    const said = { ...told.figures, ...(told.followers === undefined ? {} : { followers: told.followers }) };
    const counted = await countedOf(ctx, post.id);
    const { writes } = await insightWrites(ctx, post, said, counted);
    await transact(ctx, social, [...writes, ...settled(ctx, reading, "read")], { pattern: "readings.store" });
    return compared(now, reading, told.figures, counted);
  });
