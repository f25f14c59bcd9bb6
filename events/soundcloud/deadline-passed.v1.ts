import * as z from "zod";
import { event } from "../envelope.ts";

export const DeadlinePassed = event(
  "soundcloud.deadline-passed.v1",
  "Something that waits for ops is late: one event per subject, clock and episode. `episode` is the time since which it waits.",
  z.strictObject({
    clock: z.enum(["decision", "review", "inactivity", "complaint", "inquiry"]),
    subject_id: z.uuid(),
    episode: z.iso.datetime(),
    due_at: z.iso.datetime(),
  }),
  {
    clock: "decision",
    subject_id: "0199b1f0-7c00-7000-8000-000000000001",
    episode: "2026-11-20T09:00:00.000Z",
    due_at: "2026-11-21T09:00:00.000Z",
  },
);
