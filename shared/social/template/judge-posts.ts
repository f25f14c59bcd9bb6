import { ratio } from "../../kernel/ratio.ts";
import type { Baselines, MeasuredPost } from "./baselines.ts";

/** How a template's posts fare. README, Templates. */
export interface TemplateRating {
  /** Posts that are old enough, whose rate is known and that have a baseline. */
  readonly rated_posts: number;
  /** Those of them whose rate is above their baseline. */
  readonly successful_posts: number;
  /** The mean rate, of posts without a baseline too, four decimals; null while no rate is known. */
  readonly avg_engagement_rate: number | null;
}

const meanOf = (rates: readonly number[]): number | null => {
  if (rates.length === 0) return null;
  const sum = rates.reduce((all, rate) => all + BigInt(rate), 0n);
  return Number(ratio(sum, BigInt(rates.length) * 1_000_000n, 4));
};

/** Pure: measures each of a template's posts against its own account's baseline; strictly above is a success. */
export const judgePosts = (template_id: string, posts: readonly MeasuredPost[], baselines: Baselines): TemplateRating => {
  const judged = posts.flatMap((post) => {
    const twice_the_baseline = baselines(post, template_id);
    return twice_the_baseline === undefined ? [] : [post.rate_millionths * 2 > twice_the_baseline];
  });
  return {
    rated_posts: judged.length,
    successful_posts: judged.filter(Boolean).length,
    avg_engagement_rate: meanOf(posts.map(({ rate_millionths }) => rate_millionths)),
  };
};
