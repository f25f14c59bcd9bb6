/**
 * Divides whole cents by weights so that the parts add up to them exactly: each part is rounded down, and the cents that
 * are left go one each to the greatest remainders, of equal ones to the later part. A negative amount is divided as its
 * positive is. A part is never further from its exact value than one cent. Weights are not negative, and at least one is
 * above 0. README, Conversions.
 */
export const apportion = (cents: number, weights: readonly bigint[]): number[] => {
  if (cents < 0) return apportion(-cents, weights).map((part) => (part === 0 ? 0 : -part));
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (total === 0n) throw new RangeError("Cents are divided by weights, of which one at least is above 0.");
  const exact = weights.map((weight) => BigInt(cents) * weight);
  const parts = exact.map((product) => Number(product / total));
  const left = cents - parts.reduce((sum, part) => sum + part, 0);
  const byRemainder = exact
    .map((product, at) => ({ at, remainder: product % total }))
    .toSorted((a, b) => (a.remainder === b.remainder ? b.at - a.at : a.remainder < b.remainder ? 1 : -1));
  for (const { at } of byRemainder.slice(0, left)) parts[at]! += 1;
  return parts;
};
