import * as z from "zod";
import { event } from "../envelope.ts";

export const SubmissionCreated = event(
  "soundcloud.submission-created.v1",
  "A track was submitted.",
  z.strictObject({ submission_id: z.uuid(), member_id: z.uuid().optional(), client_id: z.uuid().optional() }),
  { submission_id: "0199b1f0-7c00-7000-8000-000000000001", member_id: "0199b1f0-7c00-7000-8000-000000000002" },
);
