import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { DomainError, invalid, isDomainError } from "../../kernel/errors.ts";
import type { Archive } from "../../kernel/files/archive.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { nextPeriod, periodOf, periodsBetween } from "../../kernel/schedule/period.ts";
import { EngagementEvent } from "../engagement/engagement-event.ts";
import { PostMonth } from "../engagement/post-month.ts";
import type { Post } from "../post/post.ts";
import { getPost } from "../post/read-posts.ts";
import { ArchivedMonth, Month } from "./archived-month.ts";
import type { EventFilter } from "./event-filter.ts";
import { byId, isAfter } from "./event-order.ts";
import { readSlices } from "./read-slices.ts";

type ReadCtx = OrgCtx & { readonly archive: Archive };

const MOST_MONTHS = 240;
/** Months of one request: a page that finds nothing in them is empty and has another behind it. */
const MONTHS_A_PAGE = 6;
/** Copies change a few times in a month's life; a reader who meets it that often in a row has other worries. */
const TRIES = 5;

const Position = z.strictObject({ month: Month, after: z.string().optional() });
type Position = z.output<typeof Position>;

/** What is known of a month's archive before and after something was read from the table. */
const archiveOf = (ctx: OrgCtx, month: string): Promise<ArchivedMonth | undefined> =>
  ArchivedMonth.find(ctx, { org_id: ctx.org_id, month }, { consistent: true });

/** An object that is not there any more was replaced by another, which is told by the month; in a month that did not change it is damaged. */
const unlessMoved =
  (ctx: OrgCtx, month: ArchivedMonth | undefined) =>
  async (error: unknown): Promise<undefined> => {
    if (month === undefined || !isDomainError(error, "archive_unreadable")) throw error;
    if ((await archiveOf(ctx, month.month))?.epoch === month.epoch) throw error;
  };

/**
 * The first events of a post in a month behind an id, wherever they lie, each once. An event leaves the table only when a
 * verified copy has it, and a copy is given up only when the table has its events again. So what is missing in the table is
 * in the copies, as long as these are the same before the table is read and after: else it is read again. An event that is
 * in several places is told as the table has it, then as the latest copy has it.
 */
const eventsOf = async (ctx: ReadCtx, month: string, post_id: string, after: string | undefined, limit: number): Promise<EngagementEvent[]> => {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const before = await archiveOf(ctx, month);
    const from = after === undefined ? {} : { from: { id: after } };
    const { items } = await EngagementEvent.list(ctx, { org_id: ctx.org_id, month, post_id }, { limit: limit + 1, consistent: true, ...from });
    const now = await archiveOf(ctx, month);
    if ((before?.epoch ?? 0) !== (now?.epoch ?? 0)) continue;
    const archived = await Promise.all((now?.copies ?? []).map(({ copy }) => readSlices(ctx, { month, post_id, copy, after, limit }))).catch(
      unlessMoved(ctx, now),
    );
    if (archived === undefined) continue;
    const merged = new Map([...archived.flat(), ...items.filter((event) => isAfter(event, after))].map((event) => [event.id, event]));
    return [...merged.values()].toSorted(byId).slice(0, limit);
  }
  throw new DomainError("unavailable", "archive_moving", "The month is being moved; repeat the request.", { retry_after: 1 });
};

const refuse = (pointer: string, detail: string): never => {
  throw invalid([{ pointer, code: "out_of_range", detail }]);
};

/** The months of a filter, the earliest first. */
const monthsOf = (ctx: OrgCtx, { published_at, created_at }: Post, filter: EventFilter): string[] => {
  const appeared = published_at !== undefined && published_at < created_at ? published_at : created_at;
  const to = filter.to ?? periodOf("month", ctx.clock.now());
  const from = filter.from ?? (appeared.slice(0, 7) < to ? appeared.slice(0, 7) : to);
  if (from > to) refuse("/query/from", `lies behind the last month, ${to}`);
  const months = periodsBetween("month", from, to);
  if (months.length > MOST_MONTHS) refuse("/query/from", `asks for ${months.length} months; ${MOST_MONTHS} at most`);
  return months;
};

/** Those of the months that have events of the post. This month and the last are always looked at: their counts follow the events. */
const monthsWithEvents = async (ctx: OrgCtx, post_id: string, months: readonly string[]): Promise<string[]> => {
  const { org_id } = ctx;
  const counted = await PostMonth.getMany(
    ctx,
    months.map((month) => ({ org_id, month, post_id })),
  );
  const known = new Set(counted.map(({ month }) => month));
  const today = periodOf("month", ctx.clock.now());
  return months.filter((month) => known.has(month) || month === today || nextPeriod("month", month) === today);
};

/**
 * A post's engagement events month by month, within a month by their ids: out of the table and out of the archive as one list,
 * each event once, whether or not a month is being moved while pages are read. Throws DomainError not_found, invalid
 * `out_of_range`, and unavailable `archive_unreadable` for a damaged archive. README, Archive.
 */
export const listEvents = async (ctx: ReadCtx, post_id: string, filter: EventFilter, { limit, position }: PageRequest): Promise<PageOf<EngagementEvent>> => {
  const post = await getPost(ctx, post_id);
  const at: Position | undefined = position === undefined ? undefined : Position.parse(position);
  const all = monthsOf(ctx, post, filter).filter((month) => at === undefined || month >= at.month);
  const months = await monthsWithEvents(ctx, post_id, all);
  const items: EngagementEvent[] = [];
  for (const month of months.slice(0, MONTHS_A_PAGE)) {
    const wanted = limit - items.length;
    const found = await eventsOf(ctx, month, post_id, month === at?.month ? at.after : undefined, wanted);
    items.push(...found);
    if (found.length === wanted) return { items, position: { month, after: found.at(-1)!.id } satisfies Position };
  }
  const next = months[MONTHS_A_PAGE];
  return next === undefined ? { items } : { items, position: { month: next } satisfies Position };
};
