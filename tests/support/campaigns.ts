import type { OrgCtx } from "../../shared/kernel/context.ts";
import { transact } from "../../shared/kernel/table/table.ts";
import { Campaign } from "../../shared/soundcloud/campaign/campaign.ts";
import { markBaseline } from "../../shared/soundcloud/campaign/mark-baseline.ts";
import { soundcloud } from "../../shared/soundcloud/table.ts";
import type { SoundcloudOrg } from "./soundcloud.ts";

let campaigns = 0;

/** A campaign as it came in over the API, with everything that it needs to be scheduled. */
export const campaignOf = async (org: SoundcloudOrg, wish: object = {}): Promise<Campaign> => {
  campaigns += 1;
  const client = await org.clientOf(`Campaign client ${campaigns}`);
  const { status, body } = await org.moderator.api.post("/soundcloud/campaigns", {
    client_id: client.id,
    artist_name: `Campaign band ${campaigns}`,
    track_name: `Campaign song ${campaigns}`,
    track_url: `https://soundcloud.com/campaign-band-${campaigns}/song`,
    family: "Electronic",
    goal_reposts: 2,
    price_usd: "100.00",
    start_date: "2026-11-20",
    end_date: "2026-11-30",
    ...wish,
  });
  if (status !== 201) throw new Error(`The campaign was answered ${status}: ${JSON.stringify(body)}`);
  return campaignIn(org, body.id);
};

export const campaignIn = (org: { readonly ctx: OrgCtx; readonly org_id: string }, id: string): Promise<Campaign> =>
  Campaign.get(org.ctx, { org_id: org.org_id, id }, { consistent: true });

/** As the snapshot of day 0 is stored. */
export const captureBaseline = async (org: SoundcloudOrg, id: string): Promise<void> =>
  transact(org.ctx, soundcloud, await markBaseline(org.ctx, id, org.ctx.clock.now().toISOString()), { pattern: "test.baseline" });

/** Does something with it over the API; throws unless it is done. */
export const act = async (org: SoundcloudOrg, id: string, ...actions: string[]): Promise<Campaign> => {
  for (const action of actions) {
    const { status, body } = await org.moderator.api.post(`/soundcloud/campaigns/${id}/${action}`);
    if (status !== 200) throw new Error(`${action} was answered ${status}: ${JSON.stringify(body)}`);
  }
  return campaignIn(org, id);
};

/** Approved, with its baseline. */
export const scheduledCampaign = async (org: SoundcloudOrg, wish: object = {}): Promise<Campaign> => {
  const { id } = await campaignOf(org, wish);
  await act(org, id, "draft", "schedule");
  await captureBaseline(org, id);
  return campaignIn(org, id);
};

/** Live, with the submission that carries it. */
export const liveCampaign = async (org: SoundcloudOrg, wish: object = {}): Promise<Campaign & { submission_id: string }> => {
  const { id } = await scheduledCampaign(org, wish);
  return (await act(org, id, "go-live")) as Campaign & { submission_id: string };
};
