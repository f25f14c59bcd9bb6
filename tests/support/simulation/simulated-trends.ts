import { commandsOver } from "../../../shared/kernel/queue/commands.ts";
import type { Outgoing } from "../../../shared/kernel/queue/commands.ts";
import { isDomainError } from "../../../shared/kernel/errors.ts";
import type { OrgJobCtx } from "../../../shared/kernel/job.ts";
import type { Database } from "../../../shared/kernel/table/database.ts";
import { every } from "../../../shared/kernel/table/every.ts";
import { provisionOrg } from "../../../shared/social/settings/provision-org.ts";
import { Settings } from "../../../shared/social/settings/settings.ts";
import { social } from "../../../shared/social/table.ts";
import { WINDOW_HOURS, hourOf, timeOfHour } from "../../../shared/social/trend/coverage.ts";
import { evaluateTrends } from "../../../shared/social/trend/evaluate-trends.ts";
import { type ToldMention, recordMentions } from "../../../shared/social/trend/record-mentions.ts";
import { removeMentions } from "../../../shared/social/trend/remove-mentions.ts";
import { TopicDay, countAt, dayOfHour } from "../../../shared/social/trend/topic-day.ts";
import { TrendEvaluation } from "../../../shared/social/trend/trend-evaluation.ts";
import { TrendingTopic } from "../../../shared/social/trend/trending-topic.ts";
import { testCtx } from "../dynamo.ts";
import { pick } from "../faults/random.ts";
import type { SimulatedFault } from "./faults.ts";
import { type Lane, type Simulated, simulate } from "./simulation.ts";

export interface SimulatedTrendsRun {
  readonly seed: number;
  readonly mentions: number;
  readonly at_once: number;
  readonly kinds?: readonly SimulatedFault[];
  /** A mistake of the code itself. */
  readonly mutant?: ((db: Database) => Database) | undefined;
}
export interface SimulatedTrends {
  readonly violations: readonly string[];
  /** Hours of topics whose count was compared, and those of them where it was not 0. */
  readonly compared: number;
  readonly counted: number;
  readonly removed: number;
  readonly episodes: number;
}

type TrendsCtx = OrgJobCtx & { readonly commands: ReturnType<typeof commandsOver> };
type Act = (ctx: TrendsCtx) => Promise<unknown>;
type Removal = Parameters<typeof removeMentions>[1];

/** However bad a run's faults are, an order gets through in the end. */
const DELIVERIES = 300;
/** The queue hands an order out again after this. */
const REDELIVERY_MS = 320_000;
/** By then every write that was late has arrived, and the indexes show everything. */
const SETTLED_MS = 120_000;
const TOPICS = ["legday", "squat", "yoga"];
const PLATFORM = "instagram";
const DAYS = 4;
const MIN = 3;
/** Hours that are evaluated while everything else goes on. */
const EVALUATED_HOURS = 6;

/** Few persons and topics, so that mentions meet. */
const mentionOf = (random: () => number, now: number, n: number): ToldMention => ({
  id: `m${n}`,
  platform: PLATFORM,
  topic_type: "hashtag",
  topic: pick(random, TOPICS),
  at: timeOfHour(now - 1 - Math.floor(random() * DAYS * WINDOW_HOURS)).toISOString(),
  ...(random() < 0.2 ? {} : { platform_user_id: `p${Math.floor(random() * 8)}` }),
});

/** Messages of mixed sizes in a mixed order; a third of the mentions are told twice. */
const messagesOf = (random: () => number, mentions: readonly ToldMention[]): ToldMention[][] => {
  const told = [...mentions, ...mentions.filter(() => random() < 0.33)];
  for (let at = told.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [told[at], told[other]] = [told[other]!, told[at]!];
  }
  const messages: ToldMention[][] = [];
  for (let at = 0; at < told.length;) {
    const size = 1 + Math.floor(random() * 40);
    messages.push(told.slice(at, at + size));
    at += size;
  }
  return messages;
};

/** What the counts must be: persons of the window, without those that were removed. */
const expectedAt = (mentions: readonly ToldMention[], removal: Removal, topic: string, hour: number): number => {
  const ids = new Set(removal.mentions.map(({ id }) => id));
  const persons = new Set(removal.persons.map(({ platform_user_id }) => platform_user_id));
  const inWindow = mentions.filter(({ id, topic: of, at, platform_user_id }) => {
    const made = hourOf(new Date(at));
    return of === topic && made < hour && made >= hour - WINDOW_HOURS && !ids.has(id) && !persons.has(platform_user_id ?? "");
  });
  return new Set(inWindow.map(({ id, platform_user_id }) => platform_user_id ?? id)).size;
};

const audit = async (ctx: TrendsCtx, mentions: readonly ToldMention[], removal: Removal, now: number) => {
  const { org_id } = ctx;
  const violations: string[] = [];
  let [compared, counted] = [0, 0];
  for (const topic of TOPICS)
    for (let hour = now - (DAYS + 1) * WINDOW_HOURS; hour <= now + WINDOW_HOURS; hour++) {
      const day = await TopicDay.find(ctx, { org_id, platform: PLATFORM, day: dayOfHour(hour), topic_type: "hashtag", topic }, { consistent: true });
      const [is, must] = [day ? countAt(day, hour) : 0, expectedAt(mentions, removal, topic, hour)];
      if (is !== must) violations.push(`${topic} counts ${is} at ${timeOfHour(hour).toISOString()}, not ${must}`);
      compared += 1;
      if (must > 0) counted += 1;
    }
  return { violations, compared, counted };
};

/** One open episode a topic, each evaluated once at each hour from its detection on, along the declared transitions. */
const auditEpisodes = async (ctx: TrendsCtx, now: number) => {
  const { org_id } = ctx;
  const open = await Array.fromAsync(every((page) => TrendingTopic.query.open(ctx, { org_id, platform: PLATFORM }, page)));
  const violations: string[] = [];
  const names = open.map(({ topic_name }) => topic_name);
  if (new Set(names).size !== names.length) violations.push(`two episodes of one topic are open: ${names.join(", ")}`);
  for (const { topic_name, version, first_detected_at, evaluated_at } of open) {
    const steps = hourOf(new Date(evaluated_at!)) - hourOf(new Date(first_detected_at)) + 1;
    if (version !== steps + 1) violations.push(`the episode of ${topic_name} has taken ${version - 1} steps in ${steps} hours`);
    if (hourOf(new Date(evaluated_at!)) !== now) violations.push(`the episode of ${topic_name} was last evaluated at ${evaluated_at}`);
  }
  const { items } = await TrendEvaluation.list(ctx, { org_id, platform: PLATFORM }, { limit: 100, consistent: true });
  if (items.length !== EVALUATED_HOURS) violations.push(`${items.length} hours were evaluated, not ${EVALUATED_HOURS}`);
  return { violations, episodes: open.length };
};

/**
 * Plays mentions that come in any order, twice and in parallel, removals of some and of persons, and evaluations of hours,
 * against the real code in the simulator; then compares every count with the set of mentions that is left.
 */
export const simulateTrends = ({ mentions: count, at_once, ...options }: SimulatedTrendsRun): Promise<Simulated<SimulatedTrends>> =>
  simulate({ ...options, tables: [social] }, async (simulation) => {
    const { random, sleep, clock, ids, store } = simulation;
    const org_id = ids.uuid();
    const waiting: Act[] = [];
    const violations: string[] = [];
    const later: Act[] = [];
    const orders = (outgoing: readonly Outgoing[]): void => {
      for (const { envelope } of outgoing) later.push((one) => removeMentions(one, envelope.data as Removal));
    };
    const commands = commandsOver(async (_type, group) => {
      orders(group.map(({ value }) => value));
      return [];
    });
    const ctx: TrendsCtx = {
      ...testCtx({ db: store.db, clock, ids, org_id, actor: { kind: "service", name: "simulated" } }),
      commands,
      remaining_ms: () => 300_000,
    };
    await provisionOrg(ctx);
    await Settings.patch(ctx, { org_id }, { trend_min_mentions: MIN });

    const now = hourOf(clock.now());
    const mentions = Array.from({ length: count }, (_, n) => mentionOf(random, now, n));
    const removal: Removal = {
      mentions: mentions.filter(() => random() < 0.1).map(({ id }) => ({ platform: PLATFORM, id })),
      persons: random() < 0.7 ? [{ platform: PLATFORM, platform_user_id: `p${Math.floor(random() * 8)}` }] : [],
    };
    for (const message of messagesOf(random, mentions)) waiting.push((one) => recordMentions(one, message));
    for (const part of [
      { ...removal, persons: [] },
      { ...removal, mentions: [] },
    ])
      waiting.splice(Math.floor(random() * waiting.length), 0, (one) => removeMentions(one, part));
    for (let ago = EVALUATED_HOURS - 1; ago >= 0; ago--) {
      const hour = timeOfHour(now - ago)
        .toISOString()
        .slice(0, 13);
      // The first is evaluated before the rest, which come as they come.
      if (ago === EVALUATED_HOURS - 1) await evaluateTrends(ctx, { hour, platform: PLATFORM });
      else waiting.splice(Math.floor(random() * waiting.length), 0, (one) => evaluateTrends(one, { hour, platform: PLATFORM }));
    }

    const deliver = async (lane: Lane, act: Act): Promise<void> => {
      for (let delivery = 1; delivery <= DELIVERIES; delivery++) {
        try {
          return void (await lane.run(() => act({ ...ctx, db: lane.db })));
        } catch (error) {
          if (isDomainError(error, "not_found")) violations.push(String(error));
          await sleep(REDELIVERY_MS);
        }
      }
      violations.push("an order never got through");
    };
    const work = async (lane: Lane): Promise<void> => {
      for (let act = waiting.shift(); act; act = waiting.shift()) {
        await deliver(lane, act);
        if (random() < 0.2) await deliver(lane, act);
      }
    };
    simulation.begin();
    await Promise.all(Array.from({ length: at_once }, () => work(simulation.lane())));
    simulation.end();
    await sleep(SETTLED_MS);
    // Second looks at persons, which come later than everything that was under way.
    for (const act of later) await act(ctx);
    const counts = await audit(ctx, mentions, removal, now);
    const { violations: of_episodes, episodes } = await auditEpisodes(ctx, now);
    return {
      ...counts,
      violations: [...violations, ...counts.violations, ...of_episodes],
      removed: removal.mentions.length + removal.persons.length,
      episodes,
    };
  });
