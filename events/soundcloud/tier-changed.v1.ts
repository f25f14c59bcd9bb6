import * as z from "zod";
import { event } from "../envelope.ts";

export const TierChanged = event(
  "soundcloud.tier-changed.v1",
  "A member's follower count moved them to another tier.",
  z.strictObject({ member_id: z.uuid(), from: z.enum(["T1", "T2", "T3", "T4"]), to: z.enum(["T1", "T2", "T3", "T4"]) }),
  { member_id: "0199b1f0-7c00-7000-8000-000000000002", from: "T1", to: "T2" },
);
