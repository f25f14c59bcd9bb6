const HOUR_MS = 3_600_000;

/** Milliseconds until the day's quota comes back, at midnight Pacific time. */
export const untilQuotaResets = (now: Date): number => {
  const hourThere = new Intl.DateTimeFormat("en-US", { timeZone: "America/Los_Angeles", hour: "numeric", hourCycle: "h23" });
  const hour = Math.floor(now.getTime() / HOUR_MS) * HOUR_MS;
  // A day there has 23 to 25 hours, and each begins with one of UTC's.
  for (let at = hour + HOUR_MS; ; at += HOUR_MS) if (Number(hourThere.format(at)) === 0) return at - now.getTime();
};
