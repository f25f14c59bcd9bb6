import * as z from "zod";
import { event } from "../envelope.ts";

export const ProofSubmitted = event(
  "soundcloud.proof-submitted.v1",
  "A supporter sent the proof of a repost.",
  z.strictObject({ assignment_id: z.uuid(), submission_id: z.uuid(), supporter_id: z.uuid() }),
  {
    assignment_id: "0199b1f0-7c00-7000-8000-000000000004",
    submission_id: "0199b1f0-7c00-7000-8000-000000000001",
    supporter_id: "0199b1f0-7c00-7000-8000-000000000005",
  },
);
