import { CountEngagedUsers } from "../../../events/social/count-engaged-users.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { isDomainError } from "../../kernel/errors.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { inParallel } from "../../kernel/queue/parallel.ts";
import { every } from "../../kernel/table/every.ts";
import { NOTHING_WON, countWon } from "./count-won.ts";
import { activePosts, engagedWith } from "./engaged-with.ts";
import { OrgConversionRate } from "./org-conversion-rate.ts";
import { PostConversionRate } from "./post-conversion-rate.ts";
import { latestRate } from "./read-conversion-rates.ts";
import { rateWindow } from "./rate-window.ts";
import { SeenPersons, packed, unpacked } from "./seen-persons.ts";

/** Posts of one step. */
const STEP = 25;
const AT_ONCE = 4;
/** A step after the first is not begun with less time than this. */
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
 * the persons met so far are put down and a new message goes on. The org's count is stored last, and once. README,
 * Conversion rate.
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
  for (let at = 0; at < posts.length; at += STEP) {
    if (at > 0 && ctx.remaining_ms() < STEP_MS) return handOver(ctx, date, posts[at - 1]!, met);
    const step = posts.slice(at, at + STEP);
    const engaged = await inParallel(step, AT_ONCE, (post_id) => engagedWith(ctx, post_id, active.get(post_id) ?? [], window));
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
  }
  await complete(ctx, { ...won.all, ...window, org_id, date, engaged_users: persons.size, expires_at: expiry(date, KEEP_ORG_S) });
};
