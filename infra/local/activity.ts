/** Work that is under way anywhere in the local cloud, so that one can wait until nothing is. */
export interface Activity {
  /** Marks the begin of some work; the answer marks its end. */
  begin(): () => void;
  /** Follows a promise to its end; the promise's own outcome is left to its owner. */
  follow<T>(work: Promise<T>): Promise<T>;
  running(): number;
  /** Grows with every begin: equal twice means that nothing began in between. */
  begun(): number;
  /** Tells of every end. */
  ended(listener: () => void): void;
}

export const makeActivity = (): Activity => {
  let running = 0;
  let begun = 0;
  const listeners: (() => void)[] = [];
  const begin = (): (() => void) => {
    running += 1;
    begun += 1;
    let open = true;
    return () => {
      if (!open) return;
      open = false;
      running -= 1;
      for (const listener of listeners) listener();
    };
  };
  return {
    begin,
    follow: (work) => {
      const done = begin();
      void work.then(done, done);
      return work;
    },
    running: () => running,
    begun: () => begun,
    ended: (listener) => void listeners.push(listener),
  };
};
