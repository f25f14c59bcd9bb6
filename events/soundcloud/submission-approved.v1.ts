import * as z from "zod";
import { event } from "../envelope.ts";

export const SubmissionApproved = event(
  "soundcloud.submission-approved.v1",
  "A submission was approved and may be supported.",
  z.strictObject({ submission_id: z.uuid(), member_id: z.uuid().optional(), client_id: z.uuid().optional() }),
  { submission_id: "0199b1f0-7c00-7000-8000-000000000001", member_id: "0199b1f0-7c00-7000-8000-000000000002" },
);
