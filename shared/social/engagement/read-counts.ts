import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { addDays, daysBetween, todayOf } from "../../kernel/days.ts";
import { invalid } from "../../kernel/errors.ts";
import { getPost } from "../post/read-posts.ts";
import { EventType } from "./engagement-event.ts";
import { PostDay } from "./post-day.ts";
import { COUNTERS } from "./tally.ts";

const MOST_DAYS = 93;
const MOST_SHARDS = 16;
const DEFAULT_DAYS = 30;

export const CountsRange = z.strictObject({ from: z.iso.date().optional(), to: z.iso.date().optional() });
export type CountsRange = z.output<typeof CountsRange>;

const perType = <S extends z.ZodType>(schema: S) => z.object({ likes: schema, comments: schema, shares: schema, saves: schema, views: schema });
const Totals = perType(z.int());

/** What was counted of a post in a range of UTC days: increments, not the network's own totals. Days without any are left out. */
export const PostCounts = z.object({
  post_id: z.uuid(),
  from: z.iso.date(),
  to: z.iso.date(),
  totals: Totals,
  days: z.array(Totals.extend({ day: z.iso.date(), hours: perType(z.array(z.int()).length(24)) })),
});
export type PostCounts = z.output<typeof PostCounts>;

/** A post's counters by day and hour, in one query; the last 30 days unless told. Throws DomainError not_found, and `invalid_request` for more than 93 days. README, Engagement. */
export const readCounts = async (ctx: OrgCtx, post_id: string, range: CountsRange): Promise<PostCounts> => {
  const to = range.to ?? todayOf(ctx);
  const from = range.from ?? addDays(to, 1 - DEFAULT_DAYS);
  requireRange(from, to);
  const { org_id } = ctx;
  const [, { items }] = await Promise.all([
    getPost(ctx, post_id),
    PostDay.list(ctx, { org_id, post_id }, { from: { day: from }, to: { day: to }, limit: MOST_DAYS * MOST_SHARDS }),
  ]);
  const days = [...Map.groupBy(items, ({ day }) => day)].map(([day, shards]) => ({ day, ...sumOf(shards), hours: hoursOf(shards) }));
  return { post_id, from, to, totals: sumOf(items), days };
};

const requireRange = (from: string, to: string): void => {
  const days = daysBetween(from, to) + 1;
  if (days < 1) throw invalid([{ pointer: "/query/from", code: "range", detail: "from lies after to; give the earlier day as from." }]);
  if (days > MOST_DAYS) throw invalid([{ pointer: "/query/from", code: "range", detail: `These are ${days} days; ask for at most ${MOST_DAYS} at a time.` }]);
};

type Numbers = Readonly<Record<string, unknown>>;
const total = (items: readonly Numbers[], field: string): number => items.reduce((sum, item) => sum + Number(item[field] ?? 0), 0);

const each = <T>(of: (counter: string, letter: string) => T): { readonly [K in keyof z.output<typeof Totals>]: T } =>
  Object.fromEntries(EventType.options.map((type) => [COUNTERS[type][0], of(COUNTERS[type][0], COUNTERS[type][1])])) as never;

/** The sum over days and their shards. */
export const sumOf = (items: readonly Numbers[]) => each((counter) => total(items, counter));
const hoursOf = (items: readonly Numbers[]) =>
  each((_, letter) => Array.from({ length: 24 }, (_hour, hour) => total(items, `${letter}${String(hour).padStart(2, "0")}`)));
