import { chance, drawn } from "../state.ts";
import type { Account, Track } from "./world.ts";

const DAY_MS = 86_400_000;
/** When the oldest tracks of this world were uploaded; each one's age is drawn from here. */
const FIRST_DAY = Date.UTC(2024, 0, 1);

export interface Numbers {
  createdAt(track: Track): Date;
  followers(account: Account): number;
  counts(track: Track): { plays: number; likes: number; comments: number; downloads: number };
}

/** What is counted: grows steadily with the clock, for each account and track at its own rate. */
export const numbers = (seed: string, now: () => Date): Numbers => {
  const days = (since: number): number => Math.max(0, now().getTime() - since) / DAY_MS;
  const rate = (name: string, min: number, max: number): number => min + (max - min) * chance(seed, name);
  const createdAt: Numbers["createdAt"] = ({ urn }) => new Date(FIRST_DAY + drawn(seed, `age ${urn}`, 0, 700) * DAY_MS);
  return {
    createdAt,
    followers: ({ urn, followers, since }) => Math.floor(followers * (1 + rate(`growth ${urn}`, 0, 0.001) * days(since))),
    counts: (track) => {
      const daily = rate(`plays ${track.urn}`, 20, 400);
      const { counted } = track;
      const given = Math.floor(counted ? counted.plays + daily * days(counted.at) : daily * (1 + days(createdAt(track).getTime())));
      const plays = Math.max(0, given - (track.removed_plays ?? 0));
      const share = (name: string, min: number, max: number): number => Math.floor(given * rate(`${name} ${track.urn}`, min, max));
      return { plays, likes: share("likes", 0.02, 0.08), comments: share("comments", 0.001, 0.01), downloads: share("downloads", 0, 0.005) };
    },
  };
};
