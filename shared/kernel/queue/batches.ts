/** One message or event on its way out in a batch. */
export interface Entry<T> {
  readonly value: T;
  readonly bytes: number;
}

/** Why an entry was refused; a fault of the sender's is not worth repeating. */
export interface Refusal<T> {
  readonly entry: Entry<T>;
  readonly reason: string;
  readonly permanent: boolean;
}

export interface Limits {
  readonly count: number;
  readonly bytes: number;
}

/** Random numbers and waiting, injected so that tests need neither. */
export interface Pace {
  random(): number;
  wait(ms: number): Promise<void>;
}

export const systemPace: Pace = {
  random: () => Math.random(),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

const ATTEMPTS = 4;
const FIRST_DELAY_MS = 100;

/** Groups entries in their order, each group within both limits. An entry larger than a group's bytes stands alone. */
export const grouped = <T>(entries: readonly Entry<T>[], limits: Limits): Entry<T>[][] => {
  const groups: Entry<T>[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const last = groups.at(-1);
    if (last && last.length < limits.count && bytes + entry.bytes <= limits.bytes) {
      last.push(entry);
      bytes += entry.bytes;
    } else {
      groups.push([entry]);
      bytes = entry.bytes;
    }
  }
  return groups;
};

/**
 * Sends entries in groups and repeats the refused ones with full jitter, four times at most; returns those that are
 * still refused. `send` returns the refusals of one group. When it throws, the client has already repeated the whole
 * call, so that group counts as refused and is not repeated again.
 */
export const sendGrouped = async <T>(
  entries: readonly Entry<T>[],
  limits: Limits,
  pace: Pace,
  send: (group: readonly Entry<T>[]) => Promise<Refusal<T>[]>,
): Promise<Refusal<T>[]> => {
  const given: Refusal<T>[] = [];
  let pending = entries;
  for (let attempt = 1; pending.length > 0; attempt += 1) {
    const again: Refusal<T>[] = [];
    for (const group of grouped(pending, limits)) {
      const refusals = await send(group).catch((error: unknown) => group.map((entry) => ({ entry, reason: nameOf(error), permanent: true })));
      for (const refusal of refusals) (refusal.permanent || attempt === ATTEMPTS ? given : again).push(refusal);
    }
    pending = again.map(({ entry }) => entry);
    if (pending.length > 0) await pace.wait(pace.random() * FIRST_DELAY_MS * 2 ** (attempt - 1));
  }
  return given;
};

const nameOf = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));
