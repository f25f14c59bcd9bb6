import { EvaluateTrends } from "../../../events/social/evaluate-trends.v1.ts";
import { RecordMentions } from "../../../events/social/record-mentions.v1.ts";
import { RemoveMentions } from "../../../events/social/remove-mentions.v1.ts";
import { evaluateTrendsWorker } from "../../../functions/social/evaluate-trends.worker.ts";
import { recordMentionsWorker } from "../../../functions/social/record-mentions.worker.ts";
import { removeMentionsWorker } from "../../../functions/social/remove-mentions.worker.ts";
import { every } from "../../../shared/kernel/table/every.ts";
import { hourOf, timeOfHour } from "../../../shared/social/trend/coverage.ts";
import type { ToldMention } from "../../../shared/social/trend/record-mentions.ts";
import { TopicDay, countAt, dayOfHour } from "../../../shared/social/trend/topic-day.ts";
import type { TrendPlatform } from "../../../shared/social/trend/topic.ts";
import { TrendingTopic } from "../../../shared/social/trend/trending-topic.ts";
import type { SocialOrg, SocialWorld } from "../../support/social.ts";

type Worlds = Pick<SocialWorld, "deliver" | "drain" | "clock" | "ids">;
const MOST = 100;
const HOUR_MS = 3_600_000;
/** Mentions told so far, in whichever org: their ids differ everywhere. */
let told = 0;

/** What trends are made of and what becomes of them, in one org. Times are hours before the world's clock. */
export const trendsOf = (world: Worlds, org: SocialOrg) => {
  const now = (): number => hourOf(world.clock.now());
  /** A mention of `#legday` by somebody, some hours ago. */
  const mention = (wish: Partial<ToldMention> & { readonly ago?: number } = {}): ToldMention => {
    const { ago = 1, ...given } = wish;
    told += 1;
    const at = new Date(timeOfHour(now() - ago).getTime() + HOUR_MS / 2).toISOString();
    return { id: `m-${told}`, platform: "instagram", topic_type: "hashtag", topic: "legday", at, platform_user_id: `u-${told}`, ...given };
  };
  /** So many mentions by as many persons. */
  const burst = (count: number, wish: Partial<ToldMention> & { readonly ago?: number } = {}): ToldMention[] =>
    Array.from({ length: count }, () => mention(wish));
  const bodies = (mentions: readonly ToldMention[]): string[] =>
    Array.from({ length: Math.ceil(mentions.length / MOST) }, (_, at) => org.message(RecordMentions, { mentions: mentions.slice(at * MOST, (at + 1) * MOST) }));
  const record = (mentions: readonly ToldMention[]): Promise<number> => world.deliver(recordMentionsWorker, bodies(mentions));
  const remove = async (removal: {
    mentions?: { platform: string; id: string }[];
    persons?: { platform: string; platform_user_id: string }[];
  }): Promise<void> => {
    const failed = await world.deliver(removeMentionsWorker, [org.message(RemoveMentions, { mentions: [], persons: [], ...removal })]);
    if (failed > 0) throw new Error("The removal has failed.");
    await world.drain(removeMentionsWorker);
  };
  const hourText = (ago = 0): string =>
    timeOfHour(now() - ago)
      .toISOString()
      .slice(0, 13);
  const order = (platform: TrendPlatform | undefined = "instagram", ago = 0): string =>
    org.message(EvaluateTrends, { hour: hourText(ago), ...(platform === undefined ? {} : { platform }) });
  const evaluate = async (platform: TrendPlatform = "instagram", ago = 0): Promise<void> => {
    const failed = await world.deliver(evaluateTrendsWorker, [order(platform, ago)]);
    if (failed > 0) throw new Error("The evaluation has failed.");
  };
  /** The clock moves on by hours, each of which is evaluated. */
  const pass = async (hours: number): Promise<void> => {
    for (let n = 0; n < hours; n++) {
      world.clock.advance(HOUR_MS);
      await evaluate();
    }
  };
  /** The topic's count at an hour, as it is stored. */
  const count = async (topic = "legday", { ago = 0, platform = "instagram" as TrendPlatform } = {}): Promise<number> => {
    const hour = now() - ago;
    const day = await TopicDay.find(org.ctx, { org_id: org.org_id, platform, day: dayOfHour(hour), topic_type: "hashtag", topic }, { consistent: true });
    return day ? countAt(day, hour) : 0;
  };
  const episodes = (platform: TrendPlatform = "instagram"): Promise<TrendingTopic[]> =>
    Array.fromAsync(every((page) => TrendingTopic.query.open(org.ctx, { org_id: org.org_id, platform }, page)));
  const episode = async (topic = "legday"): Promise<TrendingTopic | undefined> => (await episodes()).find(({ topic_name }) => topic_name === topic);
  return { mention, burst, bodies, record, remove, order, hourText, evaluate, pass, count, episodes, episode };
};
