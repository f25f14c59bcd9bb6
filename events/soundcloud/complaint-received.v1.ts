import * as z from "zod";
import { event } from "../envelope.ts";

export const ComplaintReceived = event(
  "soundcloud.complaint-received.v1",
  "A complaint was filed and acknowledged.",
  z.strictObject({ complaint_id: z.uuid() }),
  { complaint_id: "0199b1f0-7c00-7000-8000-000000000025" },
);
