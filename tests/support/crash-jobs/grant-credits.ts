import { GrantCredits } from "../../../events/soundcloud/grant-credits.v1.ts";
import { grantCreditsWorker } from "../../../functions/soundcloud/grant-credits.worker.ts";
import { soundcloudWorld } from "../soundcloud.ts";
import { typesOf } from "../../workers/soundcloud/queues-world.ts";
import { crashCase, requireDone } from "./crash-case.ts";
import { creditsOf, differencesOf } from "./queue-state.ts";

/** Two members of different tiers, two months due. */
export const grantCreditsCrash = crashCase("a grant", {
  place: (gate) => soundcloudWorld({ gate }),
  start: async (world) => {
    const org = await world.org();
    const members = [await org.member(), await org.member({ followers: 10_000 })];
    return { org, members, order: org.message(GrantCredits, { month: "2027-01" }) };
  },
  run: (world, { order }) => requireDone(world.deliver(grantCreditsWorker, [order])),
  state: async (_, { org, members }) => ({
    credits: await creditsOf(
      org,
      members.map(({ id }) => id),
    ),
    books: await differencesOf(org),
    types: await typesOf(org),
  }),
  ends: {
    credits: [
      { balance: 3, seq: 3 },
      { balance: 6, seq: 3 },
    ],
    books: [],
  },
});
