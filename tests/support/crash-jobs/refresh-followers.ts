import { RefreshFollowers } from "../../../events/soundcloud/refresh-followers.v1.ts";
import { refreshFollowersWorker } from "../../../functions/soundcloud/refresh-followers.worker.ts";
import { FollowerCount } from "../../../shared/soundcloud/member/follower-count.ts";
import { control } from "../../integration/providers/support.ts";
import { memberOf, typesOf } from "../../workers/soundcloud/queues-world.ts";
import { crashCase, requireDone } from "./crash-case.ts";
import { creditsOf, differencesOf, gatedQueues } from "./queue-state.ts";

/** A member who is promoted, one who is demoted. */
export const refreshFollowersCrash = crashCase("refreshing followers", {
  place: async (gate) => {
    const world = await gatedQueues(gate);
    const accounts = [
      { handle: "crash-riser", followers_count: 12_000 },
      { handle: "crash-faller", followers_count: 90_000 },
    ];
    await control(world.sandbox.url, "PUT", "accounts", { accounts });
    return world;
  },
  start: async (world) => {
    const org = await world.org();
    const members = [
      await org.member({ soundcloud_handle: "crash-riser", followers: 9_000 }),
      await org.member({ soundcloud_handle: "crash-faller", followers: 110_000, credits: 9 }),
    ];
    world.clock.advance(86_400_000);
    world.restart();
    return { org, members, order: org.message(RefreshFollowers, {}) };
  },
  run: (world, { order }) => {
    world.restart();
    return requireDone(world.deliver(refreshFollowersWorker, [order]));
  },
  state: async (_, { org, members }) => {
    const ids = members.map(({ id }) => id);
    const stored = await Promise.all(ids.map((id) => memberOf(org, id)));
    const counts = await Promise.all(ids.map((member_id) => FollowerCount.list(org.ctx, { org_id: org.org_id, member_id, platform: "soundcloud" })));
    return {
      members: stored.map(({ size_tier, soundcloud_followers, version }) => ({ size_tier, soundcloud_followers, version })),
      counts: counts.map(({ items }) => items.length),
      credits: await creditsOf(org, ids),
      books: await differencesOf(org),
      types: await typesOf(org),
    };
  },
  ends: { members: [{ size_tier: "T3" }, { size_tier: "T3" }], counts: [1, 1], credits: [{}, { balance: 6, held: 3 }], books: [] },
  stop: (world) => world.stop(),
});
