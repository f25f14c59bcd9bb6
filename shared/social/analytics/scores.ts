/** x at which a score is 50. README, Scores. */
const HALF = { virality: 0.01, quality: 0.02 } as const;

/** 0 for nothing, 50 at `half`, near 100 at many times of it: round(100 (1 - 2^(-x / half))). */
const saturating = (x: number, half: number): number => Math.round(100 * (1 - 2 ** (-x / half)));

/** Shares by reach. Null while the reach is not known, or is none. */
export const viralityScore = (shares: number | undefined, reach: number | undefined): number | null =>
  shares === undefined || !reach ? null : saturating(shares / reach, HALF.virality);

/** Saves, which count twice, and comments by reach. Null while the reach is not known, or is none. */
export const qualityScore = ({ saves, comments }: { readonly saves: number; readonly comments: number }, reach: number | undefined): number | null =>
  reach ? saturating((2 * saves + comments) / reach, HALF.quality) : null;

/**
 * How near a post's topics are to what the org is about: the mean of its hashtags' relevance, each 0 to 100; without
 * hashtags that of the caption's keywords; 0 without either. [100, 60, 0] is 53.
 */
export const relevanceScore = (hashtags: readonly number[], keywords: readonly number[]): number => {
  const topics = hashtags.length > 0 ? hashtags : keywords;
  if (topics.length === 0) return 0;
  return Math.round(topics.reduce((sum, relevance) => sum + relevance, 0) / topics.length);
};
