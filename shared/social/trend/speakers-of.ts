import type { OrgCtx } from "../../kernel/context.ts";
import { isDomainError } from "../../kernel/errors.ts";
import { inParallel } from "../../kernel/queue/parallel.ts";
import { hourOf } from "./coverage.ts";
import { MENTION_KEEP_HOURS } from "./mention.ts";
import { Speaker } from "./speaker.ts";
import type { TrendPlatform } from "./topic.ts";

const AT_ONCE = 10;
const HOUR_S = 3600;
const DAY_HOURS = 24;

/** Somebody who mentions topics, as a network calls them. */
export interface Person {
  readonly platform: TrendPlatform;
  readonly platform_user_id: string;
}

/** A person as one text, for use as the key of a map. */
export const personKey = ({ platform, platform_user_id }: Person): string => `${platform}\n${platform_user_id}`;

/**
 * The number of each person, by `personKey`; who has none gets one. A number outlives every mention that is counted under it
 * now, and is renewed in time. Whoever is erased meanwhile keeps nothing but the number, which then is nobody's. README, Mentions.
 */
export const speakersOf = async (ctx: OrgCtx, persons: readonly Person[]): Promise<ReadonlyMap<string, string>> => {
  const { org_id } = ctx;
  const keys = [
    ...new Map(persons.map(({ platform, platform_user_id }) => [personKey({ platform, platform_user_id }), { org_id, platform, platform_user_id }])),
  ];
  const known = await Speaker.getMany(
    ctx,
    keys.map(([, key]) => key),
    { consistent: true },
  );
  const found = new Map(known.map((speaker) => [personKey(speaker), speaker]));
  const hour = hourOf(ctx.clock.now());
  const expires_at = (hour + 2 * MENTION_KEEP_HOURS) * HOUR_S;
  // With a day to spare for clocks that are ahead.
  const enough = (hour + MENTION_KEEP_HOURS + DAY_HOURS) * HOUR_S;
  const speakers = await inParallel(keys, AT_ONCE, async ([name, key]): Promise<[string, string]> => {
    const there = found.get(name);
    if (there === undefined) return [name, await firstOf(ctx, key, expires_at)];
    if (there.expires_at < enough) await renewed(ctx, key, expires_at);
    return [name, there.id];
  });
  return new Map(speakers);
};

type Key = Pick<Speaker, "org_id" | "platform" | "platform_user_id">;

/** A new number, or that of whoever was faster. */
const firstOf = async (ctx: OrgCtx, key: Key, expires_at: number): Promise<string> => {
  try {
    return (await Speaker.create(ctx, { ...key, expires_at })).id;
  } catch (error) {
    if (!isDomainError(error, "already_exists")) throw error;
    return (await Speaker.get(ctx, key, { consistent: true })).id;
  }
};

/** One that was erased meanwhile stays erased. */
const renewed = async (ctx: OrgCtx, key: Key, expires_at: number): Promise<void> => {
  try {
    await Speaker.patch(ctx, key, { expires_at });
  } catch (error) {
    if (!isDomainError(error, "not_found")) throw error;
  }
};
