const TIMES = 5;
/** So many at least, or a channel's first listeners would look bought. */
const FEWEST_MORE = 1_000;
const MANY = 10_000;

/** Whether a follower count moved as no audience does within days: README, Followers. In whole numbers. */
export const isImplausibleJump = (before: number, after: number): boolean => {
  const change = Math.abs(after - before);
  return (after > before * TIMES && change >= FEWEST_MORE) || (change > MANY && change * 2 >= before);
};
