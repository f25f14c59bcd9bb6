import * as z from "zod";
import { event } from "../envelope.ts";

export const SubmissionRejected = event(
  "soundcloud.submission-rejected.v1",
  "A submission was rejected.",
  z.strictObject({ submission_id: z.uuid(), member_id: z.uuid().optional(), client_id: z.uuid().optional(), reason: z.string().optional() }),
  { submission_id: "0199b1f0-7c00-7000-8000-000000000001", member_id: "0199b1f0-7c00-7000-8000-000000000002" },
);
