type Secrets = Readonly<Record<string, unknown>>;

const secrets = new WeakMap<object, Secrets>();

/**
 * Marks fields that only the first reply may carry (a new API key, a one-time token). They are never stored with the
 * reply of an Idempotency-Key: a replay returns the item without them.
 */
export const reveal = <T extends object, S extends Secrets>(result: T, once: S): T & Partial<S> => {
  secrets.set(result, once);
  return result;
};

export const revealed = (result: unknown): Secrets | undefined => (typeof result === "object" && result !== null ? secrets.get(result) : undefined);
