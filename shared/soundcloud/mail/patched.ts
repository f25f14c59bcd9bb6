/** An item as a patch leaves it: null takes an optional field away. */
export const patched = <T extends object>(item: T, patch: object): T => {
  const next = { ...item, ...Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) };
  return Object.fromEntries(Object.entries(next).map(([field, value]) => [field, value ?? undefined])) as T;
};
