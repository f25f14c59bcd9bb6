/** The normal quantile of a two-sided interval of 95 %. */
const Z = 1.959963984540054;

/** How often posts of a template did better than the baseline, and how sure that is. README, Templates. */
export interface TemplateSuccess {
  /** `successes / posts`; null without posts. */
  readonly success_rate: number | null;
  /** Bounds of Wilson's interval of 95 %; null without posts. */
  readonly lower: number | null;
  readonly upper: number | null;
  readonly insufficient_data: boolean;
}

/**
 * Pure: Wilson's interval of `successes` among `posts`, and whether there are fewer posts than say something. Throws a
 * RangeError for counts that are none.
 */
export const templateSuccess = (successes: number, posts: number, min_posts = 5): TemplateSuccess => {
  if (!Number.isInteger(successes) || !Number.isInteger(posts) || successes < 0 || successes > posts)
    throw new RangeError(`${successes} of ${posts} posts is no count of successes.`);
  const insufficient_data = posts < min_posts;
  if (posts === 0) return { success_rate: null, lower: null, upper: null, insufficient_data };
  const rate = successes / posts;
  const z2 = Z * Z;
  const center = (rate + z2 / (2 * posts)) / (1 + z2 / posts);
  const half = (Z / (1 + z2 / posts)) * Math.sqrt((rate * (1 - rate)) / posts + z2 / (4 * posts * posts));
  // All or nothing puts one bound on the edge, which rounding must not pass.
  const lower = successes === 0 ? 0 : center - half;
  const upper = successes === posts ? 1 : center + half;
  return { success_rate: rate, lower, upper, insufficient_data };
};
