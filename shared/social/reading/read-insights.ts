import { ReadInsights } from "../../../events/social/read-insights.v1.ts";
import { DomainError } from "../../kernel/errors.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import type { Metrics } from "../../kernel/metrics.ts";
import type { Failure, Outcome } from "../../kernel/outcome.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { everyPage } from "../../kernel/table/every.ts";
import type { VaultCtx } from "../account/account-token.ts";
import { SocialAccount } from "../account/social-account.ts";
import { currentToken } from "../oauth/renew-token.ts";
import { type Figures, NETWORK_NAMES, type Network, type NetworkClients, networkOf } from "./networks.ts";
import { followersToday, loseAccount, noteCounted, noteFollowers, noteUnrenewed } from "./note-account.ts";
import { orderReadings } from "./order-readings.ts";
import { PostReading } from "./post-reading.ts";
import { COUNTS_MISSED } from "./reading-metrics.ts";
import { type Compared, type Told, storeReading } from "./store-reading.ts";

const PAGE = 100;
/** Nothing more is asked of a network with less time than this: one call may take 10 seconds, and storing comes after it. */
const STOP_MS = 40_000;
/** A wait of theirs from this on is a limit: the next hour goes on. Less is a trouble, and the message is repeated. */
const LIMIT_MS = 60_000;
/** A reply that is not understood says nothing of the post. */
const UNREADABLE: ReadonlySet<string> = new Set(["unexpected_reply", "reply_too_large"]);

export type ReadingCtx = OrgJobCtx & VaultCtx & NetworkClients & { readonly commands: Commands; readonly metrics: Metrics };

/** One run through an account's due posts. */
interface Run {
  readonly network: Network;
  readonly followers: number | undefined;
  readonly compared: Compared[];
  /** Why posts of it stay due, for the message's next delivery. */
  readonly troubles: unknown[];
}
/** What ends a run before its end: the token is refused, or a limit of the network's is used up. */
type Halt = Extract<Failure, { readonly kind: "auth_expired" | "retry_later" }>;

const isLimit = (failure: Failure): failure is Extract<Failure, { readonly kind: "retry_later" }> =>
  failure.kind === "retry_later" && failure.after_ms >= LIMIT_MS;
const wordsOf = (failure: Failure): string => ("detail" in failure ? failure.detail : "reason" in failure ? failure.reason : failure.kind);

const store = async (ctx: ReadingCtx, run: Run, reading: PostReading, told: Told): Promise<void> => {
  try {
    const compared = await storeReading(ctx, reading, told);
    if (compared) run.compared.push(compared);
  } catch (error) {
    ctx.log.error("a reading failed", { post_id: reading.post_id, error });
    run.troubles.push(error);
  }
};

const toldOf = (run: Run, figures: Figures | undefined): Told => {
  if (figures === undefined) return { outcome: "not_shown" };
  return Object.keys(figures).length === 0 ? { outcome: "silent" } : { outcome: "read", figures, followers: run.followers };
};

/** Stores what the network answered of the posts that one call asked for; returns what ends the run. */
const settle = async (ctx: ReadingCtx, run: Run, asked: readonly PostReading[], answer: Outcome<ReadonlyMap<string, Figures>>): Promise<Halt | undefined> => {
  if (answer.kind === "ok") {
    for (const reading of asked) await store(ctx, run, reading, toldOf(run, answer.value.get(reading.platform_post_id)));
    return undefined;
  }
  if (answer.kind === "auth_expired" || isLimit(answer)) return answer;
  if (answer.kind !== "permanent" || UNREADABLE.has(answer.code)) return void run.troubles.push(new Error(wordsOf(answer)));
  const [only, ...others] = asked;
  if (only && others.length === 0) return void (await store(ctx, run, only, { outcome: "refused", detail: answer.detail }));
  // One of them is the reason: each is asked for alone, so that the others are read.
  return readEach(
    ctx,
    run,
    asked.map((reading) => [reading]),
  );
};

const readEach = async (ctx: ReadingCtx, run: Run, calls: readonly (readonly PostReading[])[]): Promise<Halt | undefined> => {
  for (const asked of calls) {
    if (ctx.remaining_ms() < STOP_MS) return undefined;
    const halt = await settle(ctx, run, asked, await run.network.figures(asked));
    if (halt) return halt;
  }
  return undefined;
};

const slices = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));

/** A page of due posts. The index may be behind the table by what was just read. */
const readPage = async (ctx: ReadingCtx, run: Run, listed: readonly PostReading[], until: string): Promise<Halt | undefined> => {
  const due = (await PostReading.getMany(ctx, listed, { consistent: true })).filter(({ due_at }) => due_at !== undefined && due_at <= until);
  const { isId, name, most } = run.network;
  for (const reading of due)
    if (!isId(reading.platform_post_id)) await store(ctx, run, reading, { outcome: "refused", detail: `The post's id is none of ${name}'s.` });
  return readEach(
    ctx,
    run,
    slices(
      due.filter(({ platform_post_id }) => isId(platform_post_id)),
      most,
    ),
  );
};

/** Goes through all posts of the account that are due; what ended it early, or `out_of_time`. */
const readDue = async (ctx: ReadingCtx, run: Run, account: SocialAccount): Promise<Halt | "out_of_time" | undefined> => {
  const until = ctx.clock.now().toISOString();
  const due = (page: object) => PostReading.query.due(ctx, { org_id: ctx.org_id, account_id: account.id }, { ...page, to: { due_at: until }, limit: PAGE });
  for await (const listed of everyPage(due)) {
    const halt = await readPage(ctx, run, listed, until);
    if (halt) return halt;
    if (ctx.remaining_ms() < STOP_MS) return "out_of_time";
  }
  return undefined;
};

const goOn = (ctx: ReadingCtx, account_id: string): Promise<void> =>
  ctx.commands.sendEach(ctx, ReadInsights, [{ org_id: ctx.org_id, id: uuidOf(`${ReadInsights.type}/${ctx.request_id}/more`), data: { account_id } }]);

const end = async (ctx: ReadingCtx, account: SocialAccount, name: string, failure: Failure): Promise<void> => {
  if (failure.kind === "auth_expired")
    return loseAccount(ctx, account, `${name} does not accept the account's token, or it does not allow reading figures. Connect it again.`);
  if (!isLimit(failure)) throw new DomainError("unavailable", "network_unavailable", `${name} did not answer: ${wordsOf(failure)}`);
  ctx.log.warn("a network's limit is used up; the next hour goes on", { account_id: account.id, platform: account.platform, detail: wordsOf(failure) });
};

/** The account's token could not be renewed. The lease has changed the account since it was read; another refresh token means that somebody has connected it anew. */
const endUnopened = async (ctx: ReadingCtx, known: SocialAccount, failure: Failure): Promise<void> => {
  const name = NETWORK_NAMES[known.platform];
  if (failure.kind !== "auth_expired" && failure.kind !== "permanent") return end(ctx, known, name, failure);
  const account = await SocialAccount.get(ctx, known, { consistent: true });
  if (account.refresh_token !== known.refresh_token) return;
  if (failure.kind === "auth_expired") return loseAccount(ctx, account, `${name} does not renew the account's token. Connect it again.`);
  return noteUnrenewed(ctx, account, `${failure.detail} Check the org's app at ${name}; the next reading tries again.`);
};

/**
 * Tells how the counters stand beside the network's: a metric for an alarm to watch, and one line of the log. A kind of
 * which anything was ever counted of the account reaches us, so that a post without any of it is missed, too. Returns the
 * account, which remembers these kinds.
 */
const report = async (ctx: ReadingCtx, known: SocialAccount, { compared }: Run): Promise<SocialAccount> => {
  const account = await noteCounted(
    ctx,
    known,
    compared.flatMap(({ counted }) => counted),
  );
  const reaching = new Set([...(account.counted_kinds ?? []), ...compared.flatMap(({ counted }) => counted)]);
  const missed = compared.flatMap(({ post_id, differing }) => {
    const kinds = differing.filter((kind) => reaching.has(kind));
    return kinds.length === 0 ? [] : [{ post_id, kinds }];
  });
  const count = missed.reduce((sum, { kinds }) => sum + kinds.length, 0);
  ctx.metrics.count(COUNTS_MISSED, count);
  ctx.metrics.flush();
  if (count > 0) ctx.log.error("counts missed", { account_id: account.id, platform: account.platform, count, posts: missed.slice(0, 10) });
  return account;
};

const readAccount = async (ctx: ReadingCtx, account_id: string): Promise<void> => {
  const known = await SocialAccount.get(ctx, { org_id: ctx.org_id, id: account_id }, { consistent: true });
  if (known.status !== "connected") return ctx.log.info("an account that is not connected is not read", { account_id });
  const current = await currentToken(ctx, known);
  if (current.kind !== "ok") return endUnopened(ctx, known, current);
  const { account: opened, token } = current.value;
  const network = networkOf(ctx, opened, token);
  const followers = await noteFollowers(ctx, opened, network);
  if (followers.kind !== "ok") return end(ctx, opened, network.name, followers);
  const run: Run = { network, followers: followersToday(ctx, followers.value), compared: [], troubles: [] };
  const halt = await readDue(ctx, run, followers.value);
  const account = await report(ctx, followers.value, run);
  if (halt !== undefined && halt !== "out_of_time") await end(ctx, account, network.name, halt);
  // The repeated message goes on with whatever is still due, so it is not sent a second time.
  if (run.troubles.length > 0) throw new AggregateError(run.troubles, `${run.troubles.length} readings failed; the message is repeated, and reads these.`);
  if (halt === "out_of_time") await goOn(ctx, account.id);
};

/**
 * Reads from its network what it says of an account's posts that are due, as many as one call takes at a time, and of the
 * account once a day its followers; without an account it orders this for each of the org's. What is read is not due any
 * more, so a second delivery reads nothing. A post that fails holds up no other. Throws when something broke, so that the
 * message is delivered again; a limit of the network's leaves the rest to the next hour, and a token that is refused makes
 * the account `needs_reconnect`. README, Readings.
 */
export const readInsights = (ctx: ReadingCtx, { account_id }: { readonly account_id?: string | undefined }): Promise<void> =>
  account_id === undefined ? orderReadings(ctx) : readAccount(ctx, account_id);
