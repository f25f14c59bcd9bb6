const secrets = new WeakMap<object, Readonly<Record<string, unknown>>>();

/**
 * Marks fields that only the first reply may carry (a new API key, a one-time token). They are never stored with the
 * reply of an Idempotency-Key: a replay returns the item without them.
 */
export const reveal = <T extends object, S extends Readonly<Record<string, unknown>>>(result: T, once: S): T & Partial<S> => {
  secrets.set(result, once);
  return result;
};

export const revealed = (result: unknown): Readonly<Record<string, unknown>> =>
  (typeof result === "object" && result !== null ? secrets.get(result) : undefined) ?? {};
