/** A quotient of whole numbers as exact decimal text, rounded half away from zero: 2,000 / 3 with 2 decimals is `666.67`. */
export const ratio = (numerator: bigint, denominator: bigint, decimals: number): string => {
  if (denominator === 0n) throw new RangeError("A quotient by 0 has no value.");
  const isNegative = numerator < 0n !== denominator < 0n;
  const [above, below] = [abs(numerator) * 10n ** BigInt(decimals), abs(denominator)];
  const rounded = (above * 2n + below) / (below * 2n);
  const digits = String(rounded).padStart(decimals + 1, "0");
  const text = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return isNegative && rounded !== 0n ? `-${text}` : text;
};

const abs = (value: bigint): bigint => (value < 0n ? -value : value);
