/** Runs `work` over the items, at most `bound` at a time; results in the items' order. The first failure rejects. */
export const inParallel = async <T, R>(items: readonly T[], bound: number, work: (item: T) => Promise<R>): Promise<R[]> => {
  const results: R[] = [];
  const queue = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(bound, items.length) }, lane));
  return results;
};
