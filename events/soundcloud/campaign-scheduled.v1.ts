import * as z from "zod";
import { event } from "../envelope.ts";

export const CampaignScheduled = event(
  "soundcloud.campaign-scheduled.v1",
  "A paid campaign was approved and has its dates; its baseline can be captured.",
  z.strictObject({ campaign_id: z.uuid(), client_id: z.uuid() }),
  { campaign_id: "0199b1f0-7c00-7000-8000-000000000020", client_id: "0199b1f0-7c00-7000-8000-000000000021" },
);
