import { RunCampaigns } from "../../../events/soundcloud/run-campaigns.v1.ts";
import { campaignsApi } from "../../../functions/soundcloud/campaigns.api.ts";
import { runCampaignsWorker } from "../../../functions/soundcloud/run-campaigns.worker.ts";
import { Submission } from "../../../shared/soundcloud/submission/submission.ts";
import { typesOf } from "../../workers/soundcloud/queues-world.ts";
import { campaignIn, liveCampaign, scheduledCampaign } from "../campaigns.ts";
import { soundcloudWorld } from "../soundcloud.ts";
import { crashCase, requireDone } from "./crash-case.ts";
import { differencesOf } from "./queue-state.ts";

/** A day on which one campaign ends and another begins. */
export const runCampaignsCrash = crashCase("a day of campaigns", {
  place: (gate) => soundcloudWorld({ gate, apis: [campaignsApi] }),
  start: async (world) => {
    const org = await world.org();
    const ending = await liveCampaign(org, { end_date: "2026-11-30" });
    const beginning = await scheduledCampaign(org, { start_date: "2026-12-01", end_date: "2026-12-31" });
    return { org, campaigns: [ending.id, beginning.id], order: org.message(RunCampaigns, { date: "2026-12-01" }) };
  },
  run: (world, { order }) => requireDone(world.deliver(runCampaignsWorker, [order])),
  state: async (_, { org, campaigns }) => {
    const found = await Promise.all(campaigns.map((id) => campaignIn(org, id)));
    const submissions = await Promise.all(
      found.map(({ submission_id }) => Submission.get(org.ctx, { org_id: org.org_id, id: submission_id! }, { consistent: true })),
    );
    return {
      campaigns: found.map(({ status, version, live_at, completed_at }) => ({
        status,
        version,
        began: live_at !== undefined,
        ended: completed_at !== undefined,
      })),
      submissions: submissions.map(({ status, closed_at, demand_since, version }) => ({
        status,
        closed: closed_at !== undefined,
        wants: demand_since !== undefined,
        version,
      })),
      wanting: (await Submission.query.openDemand(org.ctx, { org_id: org.org_id })).items.length,
      books: await differencesOf(org),
      types: await typesOf(org),
    };
  },
  ends: {
    campaigns: [{ status: "completed" }, { status: "live" }],
    submissions: [
      { closed: true, wants: false },
      { closed: false, wants: true },
    ],
    wanting: 1,
    books: [],
  },
});
