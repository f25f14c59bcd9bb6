/** Bits behind the point of a fixed-point number. */
const PRECISION = 128n;
export const ONE = 1n << PRECISION;

/** The greatest whole number whose square is not above `value`, by Newton's method. */
const squareRoot = (value: bigint): bigint => {
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
};

/** 2^(-1/2), 2^(-1/4), 2^(-1/8) and so on, each the square root of the one before. */
const roots = (() => {
  let made: readonly bigint[] | undefined;
  return (): readonly bigint[] =>
    (made ??= Array.from({ length: Number(PRECISION) }).reduce<bigint[]>((all) => [...all, squareRoot((all.at(-1) ?? ONE / 2n) << PRECISION)], []));
})();

/**
 * 2^(-age/half_life) as a whole number of 2^-128ths, the same on every machine: whole halvings shift, and each binary
 * digit of the rest multiplies by its root. Neither number is negative, `half_life` is above 0.
 */
export const halved = (age: bigint, half_life: bigint): bigint => {
  const whole = age / half_life;
  let rest = age % half_life;
  let value = ONE;
  for (const root of roots()) {
    if (rest === 0n) break;
    rest *= 2n;
    if (rest < half_life) continue;
    rest -= half_life;
    value = (value * root) >> PRECISION;
  }
  return value >> whole;
};
