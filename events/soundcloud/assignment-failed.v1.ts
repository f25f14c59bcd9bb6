import * as z from "zod";
import { event } from "../envelope.ts";

export const AssignmentFailed = event(
  "soundcloud.assignment-failed.v1",
  "A supporter did not prove a repost in time; the reservation is released.",
  z.strictObject({ assignment_id: z.uuid(), submission_id: z.uuid(), supporter_id: z.uuid(), reason: z.string() }),
  {
    assignment_id: "0199b1f0-7c00-7000-8000-000000000004",
    submission_id: "0199b1f0-7c00-7000-8000-000000000001",
    supporter_id: "0199b1f0-7c00-7000-8000-000000000005",
    reason: "proof_late",
  },
);
