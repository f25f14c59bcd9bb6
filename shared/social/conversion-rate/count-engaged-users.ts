import { CountEngagedUsers } from "../../../events/social/count-engaged-users.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { isDomainError } from "../../kernel/errors.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { inParallel } from "../../kernel/queue/parallel.ts";
import { every } from "../../kernel/table/every.ts";
import { NOTHING_WON, countWon } from "./count-won.ts";
import { type Active, NOT_ACTIVE, activePosts, engagedWith } from "./engaged-with.ts";
import { OrgConversionRate } from "./org-conversion-rate.ts";
import { PostConversionRate } from "./post-conversion-rate.ts";
import { latestRate } from "./read-conversion-rates.ts";
import { rateWindow } from "./rate-window.ts";
import { SeenPersons, packed, unpacked } from "./seen-persons.ts";

/** Posts of one step at most. */
const STEP_POSTS = 25;
/** Stored events of one step at most, unless a single post has more. */
const STEP_EVENTS = 100_000;
const AT_ONCE = 4;
/** A step after the first is not begun with less time than this, nor with less than twice the time of the longest before it. */
const STEP_MS = 60_000;
const DAY_S = 86_400;
const KEEP_POST_S = 100 * DAY_S;
const KEEP_ORG_S = 400 * DAY_S;
const KEEP_SEEN_S = 3 * DAY_S;

type CountCtx = OrgJobCtx & { readonly commands: Commands };
type Order = { readonly date: string; readonly after?: string | undefined };

/** Epoch seconds, from the day on that is counted. */
const expiry = (date: string, keep_s: number): number => Math.floor(Date.parse(date) / 1000) + keep_s;

/** Persons whom the messages before this one have met. */
const seenBefore = async (ctx: OrgCtx, { date, after }: Order): Promise<Set<string>> => {
  if (after === undefined) return new Set();
  const kept = await Array.fromAsync(every((page) => SeenPersons.list(ctx, { org_id: ctx.org_id, date }, { ...page, to: { until: after }, consistent: true })));
  return new Set(kept.flatMap(({ digests }) => unpacked(digests)));
};

/** Puts down whom this message has met first, under the post that it came to: a repeat puts the same. */
const handOver = async (ctx: CountCtx, date: string, until: string, met: readonly string[]): Promise<void> => {
  const { org_id } = ctx;
  const expires_at = expiry(date, KEEP_SEEN_S);
  await SeenPersons.putMany(
    ctx,
    packed(met).map((digests, part) => ({ org_id, date, until, part, digests, expires_at })),
  );
  const id = uuidOf(`${CountEngagedUsers.type}/${org_id}/${date}/${until}`);
  await ctx.commands.sendEach(ctx, CountEngagedUsers, [{ org_id, id, data: { date, after: until } }]);
};

/** The posts of the step that begins at one of them, and their events. */
const stepFrom = (posts: readonly string[], at: number, active: ReadonlyMap<string, Active>): { step: string[]; events: number } => {
  const eventsOf = (post_id: string): number => active.get(post_id)?.events ?? 0;
  const step = [posts[at]!];
  let events = eventsOf(posts[at]!);
  for (const post_id of posts.slice(at + 1, at + STEP_POSTS)) {
    if (events + eventsOf(post_id) > STEP_EVENTS) break;
    step.push(post_id);
    events += eventsOf(post_id);
  }
  return { step, events };
};

const complete = async (ctx: OrgCtx, item: Omit<OrgConversionRate, "version" | "created_at" | "updated_at">): Promise<void> => {
  try {
    await OrgConversionRate.create(ctx, item);
  } catch (error) {
    // Another delivery of the same order was first.
    if (!isDomainError(error, "already_exists")) throw error;
  }
};

/**
 * Counts the distinct persons who engaged with each post, and with any, in the 90 days before a date, beside the
 * conversions of the same days. Posts come in the order of their ids, from the one after `after` on; when time runs short,
 * and before a post that is larger than a step, the persons met so far are put down and a new message goes on. The org's
 * count is stored last, and once. README, Conversion rate.
 */
export const countEngagedUsers = async (ctx: CountCtx, order: Order): Promise<void> => {
  const { org_id } = ctx;
  const { date, after } = order;
  const counted = await latestRate(ctx, { consistent: true });
  if (counted !== undefined && counted.date >= date) return;
  const window = rateWindow(date);
  const won = await countWon(ctx, window);
  const active = await activePosts(ctx, window, after);
  const posts = [...new Set([...active.keys(), ...won.byPost.keys()])].filter((id) => after === undefined || id > after).toSorted();
  const persons = await seenBefore(ctx, order);
  const met: string[] = [];
  let longest_ms = 0;
  for (let at = 0; at < posts.length;) {
    const { step, events } = stepFrom(posts, at, active);
    const begun_ms = ctx.remaining_ms();
    if (at > 0 && (events > STEP_EVENTS || begun_ms < Math.max(STEP_MS, 2 * longest_ms))) return handOver(ctx, date, posts[at - 1]!, met);
    const engaged = await inParallel(step, AT_ONCE, (post_id) => engagedWith(ctx, post_id, (active.get(post_id) ?? NOT_ACTIVE).months, window));
    for (const person of engaged.flatMap((some) => [...some])) {
      if (persons.has(person)) continue;
      persons.add(person);
      met.push(person);
    }
    await PostConversionRate.putMany(
      ctx,
      step.map((post_id, nth) => ({
        ...(won.byPost.get(post_id) ?? NOTHING_WON),
        ...window,
        org_id,
        post_id,
        date,
        engaged_users: engaged[nth]!.size,
        expires_at: expiry(date, KEEP_POST_S),
      })),
    );
    longest_ms = Math.max(longest_ms, begun_ms - ctx.remaining_ms());
    at += step.length;
  }
  await complete(ctx, { ...won.all, ...window, org_id, date, engaged_users: persons.size, expires_at: expiry(date, KEEP_ORG_S) });
};
