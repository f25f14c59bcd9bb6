import * as z from "zod";
import { event } from "../envelope.ts";

export const CampaignCompleted = event(
  "soundcloud.campaign-completed.v1",
  "A paid campaign has ended. What was delivered is that moment's: reposts under way count when they are proven.",
  z.strictObject({ campaign_id: z.uuid(), client_id: z.uuid(), goal_reposts: z.int().min(0), verified_reposts: z.int().min(0) }),
  { campaign_id: "0199b1f0-7c00-7000-8000-000000000020", client_id: "0199b1f0-7c00-7000-8000-000000000021", goal_reposts: 40, verified_reposts: 38 },
);
