/** A post of an account, with what it has come to. */
export interface MeasuredPost {
  readonly post_id: string;
  readonly platform: string;
  /** Absent for posts that were published by hand without naming an account; those of a network stand together. */
  readonly account_id?: string | undefined;
  readonly template_id?: string | undefined;
  /** Its engagement rate in millionths. */
  readonly rate_millionths: number;
}

/** Twice the median rate, in millionths, of an account's posts that are not of a template; undefined without any. Twice, so that it is whole. */
export type Baselines = (post: Pick<MeasuredPost, "platform" | "account_id">, without_template: string) => number | undefined;

const accountOf = ({ platform, account_id = "" }: Pick<MeasuredPost, "platform" | "account_id">): string => `${platform}/${account_id}`;

const twiceTheMedian = (sorted: readonly number[]): number | undefined => {
  if (sorted.length === 0) return undefined;
  return sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.floor(sorted.length / 2)]!;
};

/** Pure: what posts are measured against. Each post counts once, however often it is given. README, Templates. */
export const baselinesOf = (posts: readonly MeasuredPost[]): Baselines => {
  const once = new Map(posts.map((post) => [post.post_id, post]));
  const sorted = [...once.values()].toSorted((a, b) => a.rate_millionths - b.rate_millionths);
  const byAccount = Map.groupBy(sorted, accountOf);
  const known = new Map<string, number | undefined>();
  return (post, without_template) => {
    const account = accountOf(post);
    const key = `${account}/${without_template}`;
    if (!known.has(key)) {
      const others = (byAccount.get(account) ?? []).filter(({ template_id }) => template_id !== without_template);
      known.set(key, twiceTheMedian(others.map(({ rate_millionths }) => rate_millionths)));
    }
    return known.get(key);
  };
};
