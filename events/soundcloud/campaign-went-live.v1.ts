import * as z from "zod";
import { event } from "../envelope.ts";

export const CampaignWentLive = event(
  "soundcloud.campaign-went-live.v1",
  "A paid campaign is live: its demand counts from now on.",
  z.strictObject({ campaign_id: z.uuid(), client_id: z.uuid(), submission_id: z.uuid() }),
  {
    campaign_id: "0199b1f0-7c00-7000-8000-000000000020",
    client_id: "0199b1f0-7c00-7000-8000-000000000021",
    submission_id: "0199b1f0-7c00-7000-8000-000000000001",
  },
);
