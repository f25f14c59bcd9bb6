import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startDynamo } from "../../infra/local/engines/dynamodb.ts";
import { inParallel } from "../../shared/kernel/queue/parallel.ts";
import { beginEvaluation } from "../../shared/social/trend/begin-evaluation.ts";
import { hourOf } from "../../shared/social/trend/coverage.ts";
import { evaluateHour } from "../../shared/social/trend/evaluate-hour.ts";
import { TopicDay, dayBefore } from "../../shared/social/trend/topic-day.ts";
import { socialWorld } from "../../tests/support/social.ts";
import { type Subject, atLeast, atMost, beside, median } from "../subject.ts";
import { type Score, WARM_UP_HOURS, type Window, added, alarmsOf, scoreOf } from "../trends/alarms.ts";
import { type Told, toldOf } from "../trends/steady.ts";
import { syntheticTopics } from "../trends/synthetic.ts";

const fixture = <T>(name: string): T => JSON.parse(readFileSync(join(import.meta.dirname, "../fixtures", name), "utf8")) as T;

interface Series {
  readonly topic: string;
  readonly first_hour: number;
  readonly counts: readonly number[];
}

const TOPICS = 600;
const SEED = 20_261_128;
const SIZES = [10_000, 100_000] as const;
const AT_ONCE = 4;
const PUT = 500;
/** The most spoken-of topic's persons of a day; the topic of rank n has an n-th of it. */
const GREATEST = 200_000;
const MB = 1024 * 1024;
const TRIALS = 40_000;
const STEADY = { mean: 55, scatter: 1, factor: 1 } as const;
const SCATTERED = { ...STEADY, scatter: 4 } as const;
/** From 40 mentions a day to 80. */
const DOUBLED = { mean: 40, scatter: 1, factor: 2 } as const;

const tickers = (): { readonly plain: Score; readonly trending: Score } => {
  const all = fixture<(Series & { readonly windows: readonly (readonly [number, number])[] })[]>("ticker-mentions.json");
  const scored = all.map(({ counts, first_hour, windows }) => {
    const at = windows.map(([first, last]): Window => ({ first: first - first_hour, last: last - first_hour + 1 }));
    const { plain, trending } = alarmsOf(counts);
    return { plain: scoreOf(plain, at, WARM_UP_HOURS), trending: scoreOf(trending, at, WARM_UP_HOURS) };
  });
  return { plain: added(scored.map((one) => one.plain)), trending: added(scored.map((one) => one.trending)) };
};

const synthetic = (): { readonly plain: Score; readonly trending: Score } => {
  const scored = syntheticTopics(TOPICS, SEED).map(({ hourly, bursts }) => {
    const { plain, trending } = alarmsOf(hourly);
    return { plain: scoreOf(plain, bursts, WARM_UP_HOURS), trending: scoreOf(trending, bursts, WARM_UP_HOURS) };
  });
  return { plain: added(scored.map((one) => one.plain)), trending: added(scored.map((one) => one.trending)) };
};

/** By hashtag: hours after its first mention at which the plain rule and an episode's `trending` tell of it; absent when they never do. */
const crises = () =>
  fixture<(Series & { readonly event: string })[]>("crisis-hashtags.json").map(({ topic, event, counts }) => {
    const { plain, trending } = alarmsOf([...counts, ...Array.from({ length: 24 }, () => 0)]);
    const at = (alarms: readonly boolean[]): number | undefined => (alarms.includes(true) ? alarms.indexOf(true) : undefined);
    return { topic, event, plain: at(plain), trending: at(trending) };
  });

interface Evaluated {
  readonly topics: number;
  readonly detected: number;
  /** Wall time, which other work on the machine stretches, and the function's processor time, which it does not. */
  readonly seconds: number;
  readonly cpu_s: number;
  readonly peak_mb: number;
  readonly requests: number;
}

/** One evaluation of a network on the engine, with as many topics as an org may ever see in a day. */
const evaluation = async (topics: number): Promise<Evaluated> => {
  const world = await socialWorld();
  const { ctx, org_id } = world;
  const hour = hourOf(world.clock.now());
  const at = (n: number) => ({ org_id, platform: "instagram" as const, topic_type: "hashtag" as const, topic: `topic-${String(n).padStart(6, "0")}` });
  const slices = Array.from({ length: Math.ceil(topics / PUT) }, (_, slice) =>
    Array.from({ length: Math.min(PUT, topics - slice * PUT) }, (_topic, n) => slice * PUT + n + 1),
  );
  await inParallel(slices, AT_ONCE, async (ranks) => {
    const today = ranks.map((n) => ({ ...at(n), day: dayBefore(hour, 0), base: Math.ceil(GREATEST / n), d03: 2, d08: -1 }));
    const before = ranks
      .filter((n) => GREATEST / n > 40)
      .flatMap((n) => [1, 2].map((days) => ({ ...at(n), day: dayBefore(hour, days), base: Math.floor((GREATEST / n) * 0.8) })));
    await TopicDay.putMany(ctx, [...today, ...before]);
  });
  world.uses.splice(0);
  globalThis.gc?.();
  const used = (): number => process.memoryUsage().heapUsed / MB;
  const [began, cpu, idle] = [performance.now(), process.cpuUsage(), used()];
  let peak = idle;
  const watch = setInterval(() => (peak = Math.max(peak, used())), 20);
  const running = (await beginEvaluation(ctx, "instagram", hour))!;
  const { detected } = await evaluateHour(ctx, running);
  clearInterval(watch);
  const { user, system } = process.cpuUsage(cpu);
  return {
    topics,
    detected,
    seconds: (performance.now() - began) / 1000,
    cpu_s: (user + system) / 1_000_000,
    peak_mb: peak - idle,
    requests: world.uses.length,
  };
};

const evaluations = async (): Promise<Evaluated[]> => {
  const dynamo = await startDynamo();
  process.env["DYNAMODB_ENDPOINT"] = dynamo.endpoint;
  try {
    const measured: Evaluated[] = [];
    for (const size of SIZES) measured.push(await evaluation(size));
    return measured;
  } finally {
    await dynamo.stop();
  }
};

/** Of PostgreSQL, measured apart: p50 in ms and the rows that were read, at 1, 10 and 100 tenants; one query finds the topics of all. */
const postgres = [
  { query: "trend detection, count above 50", "rows read": "20,000 / 200,000 / 2,000,000", "p50 ms": "1.71 / 18.0 / 175" },
  { query: "trend detection, with growth", "rows read": "20,000 / 200,000 / 2,000,001", "p50 ms": "2.03 / 17.4 / 124" },
] as const;

const perDay = ({ false_hours, false_alarms, quiet_hours }: Score) => ({
  hours: (24 * false_hours) / quiet_hours,
  alarms: (24 * false_alarms) / quiet_hours,
});
const rowOf = (rule: string, data: string, score: Score) => ({
  data,
  rule,
  windows: score.windows,
  hit: score.hits,
  delay_hours: score.delays.length > 0 ? median(score.delays) : null,
  false_alarms_per_topic_and_day: Number(perDay(score).alarms.toFixed(3)),
  false_hours_per_topic_and_day: Number(perDay(score).hours.toFixed(2)),
});

export const subject: Subject = {
  name: "trends",
  title: "Trends",
  about: `What the rules of trends tell, and when, against the plain rule that a topic is a trend when more than 50 mentioned it in a day; and what an evaluation takes. Tickers: mentions of four shares, with windows in which something is known to have happened (Numenta). Synthetic: ${TOPICS} topics of 30 days from a seed, with 10 to 400 mentions a day, a third of which scatter more than chance; every fifth has a day at two or three times its rate. Crises: hashtags that nobody used before (CrisisLex). Days: topics that stay at 55 mentions a day, independent or with four times the variance, and one that doubles from 40; the plain rule asks for more than 50 and a quarter more than the day before, significance also for three standard deviations over the week. A false alarm is a beginning outside of all windows, a false hour an evaluation there that alarms; the first 8 days are left out. The evaluation runs on DynamoDB Local with a network's topics of one day, the n-th of which has ${GREATEST.toLocaleString("en-US")}/n persons.`,
  measure: async () => {
    const [ticker, drawn, crisis] = [tickers(), synthetic(), crises()];
    const [steady, scattered, doubled] = [STEADY, SCATTERED, DOUBLED].map((topics) => toldOf(topics, { trials: TRIALS, seed: SEED })) as [Told, Told, Told];
    const measured = await evaluations();
    const [small, large] = measured as [Evaluated, Evaluated];
    const told = crisis.filter(({ plain }) => plain !== undefined);
    const later = told.flatMap(({ plain, trending }) => (trending === undefined ? [] : [trending - plain!]));
    return {
      figures: [
        atLeast("trends_synthetic_hit_share", drawn.trending.hits / drawn.trending.windows, 0.8),
        atLeast("trends_steady_false_alarms_fewer", steady.plain / steady.significant, 8),
        atLeast("trends_scattered_false_alarms_fewer", scattered.plain / scattered.significant, 8),
        atLeast("trends_doubling_hit_share", doubled.significant, 0.95),
        beside("trends_synthetic_false_hours_fewer", perDay(drawn.plain).hours / perDay(drawn.trending).hours),
        beside("trends_tickers_hit_share", ticker.trending.hits / ticker.trending.windows),
        beside("trends_tickers_false_hours_fewer", perDay(ticker.plain).hours / perDay(ticker.trending).hours),
        atMost("trends_crisis_later_than_plain_hours", median(later), 1, "h"),
        atMost("trends_evaluation_cpu_seconds_100000", large.cpu_s, 30, "s"),
        atMost("trends_evaluation_memory_mb_100000", large.peak_mb, 512, "MB"),
        atMost("trends_evaluation_growth", large.cpu_s / large.topics / (small.cpu_s / small.topics), 1.5),
      ],
      tables: [
        {
          title: "Alarms on a day of a topic, shares",
          rows: Object.entries({ "55 a day, independent": steady, "55 a day, scattered": scattered, "40 a day, doubled": doubled }).map(([topic, told]) => ({
            topic,
            more_than_50_and_a_quarter_more: Number(told.plain.toFixed(4)),
            significant: Number(told.significant.toFixed(4)),
          })),
        },
        {
          title: "Alarms",
          rows: [
            rowOf("more than 50", "tickers", ticker.plain),
            rowOf("trending", "tickers", ticker.trending),
            rowOf("more than 50", "synthetic", drawn.plain),
            rowOf("trending", "synthetic", drawn.trending),
          ],
        },
        {
          title: "Hashtags of crises, hours after their first mention",
          rows: told.map(({ event, topic, plain, trending }) => ({
            event: event.replaceAll("_", " "),
            topic,
            more_than_50: plain!,
            trending: trending ?? null,
          })),
        },
        {
          title: "PostgreSQL 15.18, measured apart on 2026-11-20, at 1 / 10 / 100 tenants",
          rows: postgres,
        },
        {
          title: "One evaluation",
          rows: measured.map(({ topics, detected, seconds, cpu_s, peak_mb, requests }) => ({
            topics,
            detected,
            seconds: Number(seconds.toFixed(2)),
            cpu_seconds: Number(cpu_s.toFixed(2)),
            peak_mb: Math.round(peak_mb),
            requests,
          })),
        },
      ],
    };
  },
};
