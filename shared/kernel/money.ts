const AMOUNT = /^(-?)(\d{1,12})(?:\.(\d{1,2}))?$/;

/** Integer cents of a decimal amount: "250", "250.5" and "250.50" are 25000, 25050 and 25050. Anything else throws a RangeError. */
export const toCents = (amount: string): number => {
  const match = AMOUNT.exec(amount);
  if (!match) throw new RangeError(`"${amount}" is not an amount: digits, and at most two decimals after a point.`);
  const [, sign, whole, decimals = ""] = match;
  const cents = Number(whole) * 100 + Number(decimals.padEnd(2, "0"));
  return sign && cents > 0 ? -cents : cents;
};

/** The decimal amount of integer cents, always with two decimals: 25050 is "250.50". */
export const fromCents = (cents: number): string => {
  if (!Number.isSafeInteger(cents)) throw new RangeError(`${cents} is not a whole number of cents.`);
  const digits = String(Math.abs(cents)).padStart(3, "0");
  return `${cents < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};

/** The sum of decimal amounts, as a decimal amount. */
export const sumAmounts = (amounts: Iterable<string>): string => {
  let cents = 0;
  for (const amount of amounts) cents += toCents(amount);
  return fromCents(cents);
};
