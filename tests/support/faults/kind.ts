/** What a kind of fault gets besides the call that it meets. */
export interface Circumstances {
  readonly random: () => number;
  /** Keeps work that goes on behind the back of a caller who has given up; the gate's `stop` waits for it. */
  late(work: Promise<unknown>): void;
}

/** A way to fail: the calls it can meet, and what becomes of them. */
export interface Kind<C, R> {
  readonly when: (call: C) => boolean;
  readonly answer: (call: C) => R | Promise<R>;
  /** A kind that mostly those can meet who met this one. */
  readonly leads_to?: string;
}

export const always = (): boolean => true;
