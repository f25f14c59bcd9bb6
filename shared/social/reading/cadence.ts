const HOUR_MS = 3_600_000;

interface Step {
  /** Hours of age from which on the next step counts. */
  readonly until_h: number;
  /** Hours between two readings. */
  readonly every_h: number;
}

/** How often a post is read, by its age; after the last step no more. README, Readings. */
export const CADENCE: readonly Step[] = [
  { until_h: 24, every_h: 1 },
  { until_h: 7 * 24, every_h: 6 },
  { until_h: 90 * 24, every_h: 24 },
];
/** Nothing is told of a story once it is gone. */
export const STORY_CADENCE: readonly Step[] = [{ until_h: 24, every_h: 1 }];

/**
 * When a post is to be read after it was read (or noted) now: at a full hour, so that a run that comes some minutes earlier
 * than the last one finds it due. Undefined once that would be beyond the last step.
 */
export const nextReading = ({ published_at, is_story }: { readonly published_at: string; readonly is_story: boolean }, now: Date): Date | undefined => {
  const steps = is_story ? STORY_CADENCE : CADENCE;
  const published = Date.parse(published_at);
  const step = steps.find(({ until_h }) => now.getTime() - published < until_h * HOUR_MS);
  if (!step) return undefined;
  const next = Math.floor(now.getTime() / HOUR_MS) * HOUR_MS + step.every_h * HOUR_MS;
  return next - published < steps.at(-1)!.until_h * HOUR_MS ? new Date(next) : undefined;
};

/** Whether a post that was published then is read at all by now. */
export const isStillRead = (post: { readonly published_at: string; readonly is_story: boolean }, now: Date): boolean =>
  now.getTime() - Date.parse(post.published_at) < (post.is_story ? STORY_CADENCE : CADENCE).at(-1)!.until_h * HOUR_MS;
