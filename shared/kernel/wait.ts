/** Resolves after so many milliseconds of real time. */
export const realSleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** In [0, 1): spreads the waits of many callers. Never decides anything that has to be repeatable. */
export const realRandom = (): number => Math.random();
