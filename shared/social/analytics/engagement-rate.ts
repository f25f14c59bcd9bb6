import { ratio } from "../../kernel/ratio.ts";

/** What people did, apart from looking. */
export interface Acts {
  readonly likes: number;
  readonly comments: number;
  readonly shares: number;
}

export interface EngagementRate {
  /** Exact decimal text, four decimals, rounded half away from zero: "0.0184". "0.0000" also where it is not defined. */
  readonly engagement_rate: string;
  /** False while the followers are not known, or are none. */
  readonly rate_defined: boolean;
  /** The same in millionths, rounded alike, by which posts are ranked and averaged; a million at most. */
  readonly rate_millionths: number;
}

const MOST = 10n ** 12n;

/** Likes, comments and shares in all. */
export const totalEngagement = ({ likes, comments, shares }: Acts): number => likes + comments + shares;

/** Likes, comments and shares by followers. 184 over 10,000 is 0.0184; 12 over 1 is 12. README, Rates. */
export const engagementRate = (acts: Acts, followers: number | undefined): EngagementRate => {
  if (!followers) return { engagement_rate: "0.0000", rate_defined: false, rate_millionths: 0 };
  const [total, base] = [BigInt(totalEngagement(acts)), BigInt(followers)];
  const millionths = BigInt(ratio(total * 1_000_000n, base, 0));
  return { engagement_rate: ratio(total, base, 4), rate_defined: true, rate_millionths: Number(millionths > MOST ? MOST : millionths) };
};
