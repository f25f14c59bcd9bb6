const UNITS = [
  [3600, "H"],
  [60, "M"],
  [1, "S"],
] as const;

/** Whole seconds as an ISO 8601 duration of days and below, a day being 86,400 seconds: 864,000 is `P10D`, 0 is `PT0S`. */
export const isoDuration = (seconds: number): string => {
  const days = Math.floor(seconds / 86_400);
  let rest = seconds % 86_400;
  let time = "";
  for (const [unit, letter] of UNITS) {
    const count = Math.floor(rest / unit);
    rest %= unit;
    if (count > 0) time += `${count}${letter}`;
  }
  if (days === 0 && time === "") return "PT0S";
  return `P${days > 0 ? `${days}D` : ""}${time === "" ? "" : `T${time}`}`;
};
