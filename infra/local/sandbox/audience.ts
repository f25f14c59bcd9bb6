import { chance } from "./state.ts";

const DAY_MS = 86_400_000;

/** What a network counts of a post; a number that is null is one that the network does not tell. */
export type Counted = Readonly<Record<string, number | null>>;

/** What people do on a post, as totals since its publication: most of it in the first days, for each post at its own rate. */
export const audience = (seed: string, id: string, published_at: number, now: number) => {
  const days = Math.max(0, now - published_at) / DAY_MS;
  const rate = (name: string, min: number, max: number): number => min + (max - min) * chance(seed, `${name} ${id}`);
  const views = Math.floor(rate("views", 500, 20_000) * (1 - 2 ** (-days / 2)));
  const share = (name: string, min: number, max: number): number => Math.floor(views * rate(name, min, max));
  return {
    views,
    reach: share("reach", 0.6, 0.9),
    likes: share("likes", 0.03, 0.1),
    comments: share("comments", 0.002, 0.01),
    shares: share("shares", 0.001, 0.01),
    saves: share("saves", 0.002, 0.02),
    profile_visits: share("profile visits", 0.005, 0.02),
  };
};
