import { addDays } from "../../kernel/days.ts";

/** Days before today in which a leaderboard's posts were published. */
export const PERIODS = [7, 14, 30, 60, 90, 180, 365] as const;
export type Period = (typeof PERIODS)[number];
/** Posts that a leaderboard shows. */
export const BOARD_ROWS = 50;
/** The period for which each network has a leaderboard of its own: the dashboard's. */
export const DASHBOARD_PERIOD = 30 satisfies Period;

export interface Board {
  readonly time_period: Period;
  /** `all`, `category:<name>` or `platform:<name>`. */
  readonly scope: string;
}
export const everything = "all";
export const ofCategory = (category: string): string => `category:${category}`;
export const ofPlatform = (platform: string): string => `platform:${platform}`;

interface Published {
  readonly platform: string;
  readonly content_category?: string | undefined;
  /** UTC day. */
  readonly published_on: string;
}

/** The first published day that a period still reaches: on the 30th, 7 days reach back to the 23rd. */
export const reachesBackTo = (time_period: Period, today: string): string => addDays(today, -time_period);
const reaches = (time_period: Period, { published_on }: Published, today: string): boolean => published_on >= reachesBackTo(time_period, today);

/** The leaderboards that a post stands on, on a day: 15 at most. */
export const boardsOf = (post: Published, today: string): Board[] => {
  const periods = PERIODS.filter((period) => reaches(period, post, today));
  const scopes = [everything, ...(post.content_category === undefined ? [] : [ofCategory(post.content_category)])];
  return [
    ...periods.flatMap((time_period) => scopes.map((scope) => ({ time_period, scope }))),
    ...periods.filter((period) => period === DASHBOARD_PERIOD).map((time_period) => ({ time_period, scope: ofPlatform(post.platform) })),
  ];
};

/** The next day on which a post leaves a leaderboard; undefined when it stands on none. */
export const leavesOn = (post: Published, today: string): string | undefined => {
  const shortest = PERIODS.find((period) => reaches(period, post, today));
  return shortest === undefined ? undefined : addDays(post.published_on, shortest + 1);
};

const DIGITS = { rate: 13, total: 12 } as const;
/** Digits that sort the other way round. */
const descending = (value: number, digits: number): string => {
  const most = 10 ** digits - 1;
  return String(most - Math.min(value, most)).padStart(digits, "0");
};

/** Sorts posts by rate, then by total engagement, both descending. */
export const placeOf = ({ rate_millionths, total_engagement }: { readonly rate_millionths: number; readonly total_engagement: number }): string =>
  descending(rate_millionths, DIGITS.rate) + descending(total_engagement, DIGITS.total);

/** The rate, in millionths, of a post with that place. */
export const rateOfPlace = (place: string): number => 10 ** DIGITS.rate - 1 - Number(place.slice(0, DIGITS.rate));
