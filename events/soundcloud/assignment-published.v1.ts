import * as z from "zod";
import { event } from "../envelope.ts";

export const AssignmentPublished = event(
  "soundcloud.assignment-published.v1",
  "A supporter was asked to repost a track; credits are reserved.",
  z.strictObject({ assignment_id: z.uuid(), submission_id: z.uuid(), supporter_id: z.uuid() }),
  {
    assignment_id: "0199b1f0-7c00-7000-8000-000000000004",
    submission_id: "0199b1f0-7c00-7000-8000-000000000001",
    supporter_id: "0199b1f0-7c00-7000-8000-000000000005",
  },
);
