import { Campaign } from "../../../shared/soundcloud/campaign/campaign.ts";
import { AttributionSnapshot } from "../../../shared/soundcloud/attribution/snapshot.ts";
import { AttributionTracking, type Parent } from "../../../shared/soundcloud/attribution/tracking.ts";
import type { SoundcloudOrg } from "../../support/soundcloud.ts";

let labels = 0;

/** A client's campaign as it stands in the table. */
export const campaignOf = async (org: SoundcloudOrg, { slug, ...wish }: Partial<Campaign> & { slug: string }): Promise<Campaign> => {
  const client = await org.clientOf(`Campaign label ${(labels += 1)}`);
  const track_url = `https://soundcloud.com/campaign-band/${slug}`;
  return Campaign.create(org.ctx, {
    org_id: org.org_id,
    client_id: client.id,
    artist_name: "Campaign band",
    track_name: slug,
    track_url,
    track_key: track_url,
    goal_reposts: 10,
    end_date: "2027-12-31",
    ...wish,
  });
};

/** What is stored of a parent's days, oldest first. */
export const daysOf = async (
  { ctx, org_id }: SoundcloudOrg,
  parent: Parent,
): Promise<{ tracking: AttributionTracking | undefined; snapshots: AttributionSnapshot[] }> => ({
  tracking: await AttributionTracking.find(ctx, { org_id, ...parent }, { consistent: true }),
  snapshots: (await AttributionSnapshot.list(ctx, { org_id, ...parent }, { consistent: true })).items,
});
