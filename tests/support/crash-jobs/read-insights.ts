import { ReadInsights } from "../../../events/social/read-insights.v1.ts";
import { readInsightsWorker } from "../../../functions/social/read-insights.worker.ts";
import { SocialAccount } from "../../../shared/social/account/social-account.ts";
import { setApp } from "../../../shared/social/oauth/set-app.ts";
import { type ReadingWorld, readingWorld } from "../../workers/social/reading-world.ts";
import type { CrashGate } from "../faults/crash.ts";
import { socialWorld } from "../social.ts";
import { crashCase, requireDone } from "./crash-case.ts";

export const readInsightsCrash = crashCase("what a network says of two posts", {
  place: (gate: CrashGate): Promise<ReadingWorld> => readingWorld({ gate }),
  start: async (world) => {
    const org = await world.org();
    const account = await world.account(org, "instagram");
    const posts = [await world.published(org, account, { views: 5, likes: 1 }), await world.published(org, account, { views: 6, likes: 2 })];
    return { org, account, posts, order: world.order(org, account) };
  },
  run: (world, { order }) => {
    world.restart();
    return requireDone(world.deliver(readInsightsWorker, [order]));
  },
  state: async (world, { org, account, posts }) => ({
    said: await Promise.all(
      posts.map(async (post) => (await world.saidOf(org, post)).map(({ views, likes, followers, version }) => [views, likes, followers, version])),
    ),
    outcomes: await Promise.all(posts.map(async (post) => (await world.readingOf(org, post)).outcome)),
    facts: (await org.events()).filter(({ type }) => type === "social.insight-recorded.v1").length,
    followers: (await world.accountOf(org, account)).follower_count,
  }),
  ends: {
    said: [[[5, 1, 10_000, 1]], [[6, 2, 10_000, 1]]],
    outcomes: ["read", "read"],
    facts: 2,
    followers: 10_000,
  },
  stop: (world) => world.stop(),
});

/** Each connected account is ordered under one id, however often the order is begun. */
export const orderReadingsCrash = crashCase("the readings of an org's accounts", {
  place: (gate) => socialWorld({ gate }),
  start: async (world) => {
    world.sent.splice(0);
    const org = await world.org();
    for (const [n, status] of (["connected", "connected", "disconnected"] as const).entries())
      await SocialAccount.create(org.ctx, { org_id: org.org_id, platform: "youtube", external_id: `UC${n}`, username: `gym-${n}`, status });
    return { order: org.message(ReadInsights, {}) };
  },
  run: (world, { order }) => requireDone(world.deliver(readInsightsWorker, [order])),
  state: async (world) => ({ ids: new Set(world.sent.map(({ envelope }) => envelope.id)).size }),
  ends: { ids: 2 },
});

const LEASE_MS = 60_000;

/** Google's refresh token may be used again, so that whoever comes after the lease of one who died renews the token, too. */
export const renewTokenCrash = crashCase("a token that is renewed before it is used", {
  place: (gate: CrashGate): Promise<ReadingWorld> => readingWorld({ gate }),
  start: async (world) => {
    const org = await world.org();
    await setApp(org.ctx, "youtube", { client_id: "client-id", client_secret: "client-secret" });
    const account = await world.account(org, "youtube", { access_token: "expired", refresh_token: "1//refresh" });
    const post = await world.published(org, account, { views: 5 });
    return { org, account, post, order: world.order(org, account) };
  },
  run: (world, { order }) => {
    world.restart();
    world.clock.advance(LEASE_MS);
    return requireDone(world.deliver(readInsightsWorker, [order]));
  },
  state: async (world, { org, account, post }) => {
    const { status, token_expires_at, renewing_until } = await world.accountOf(org, account);
    const [said] = await world.saidOf(org, post);
    return { status, renewed: token_expires_at !== undefined && renewing_until === undefined, views: said?.views };
  },
  ends: { status: "connected", renewed: true, views: 5 },
  stop: (world) => world.stop(),
});
