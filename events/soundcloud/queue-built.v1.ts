import * as z from "zod";
import { event } from "../envelope.ts";

export const QueueBuilt = event(
  "soundcloud.queue-built.v1",
  "A day's queue was built.",
  z.strictObject({ date: z.iso.date(), build_id: z.uuid(), filled_slots: z.int(), total_slots: z.int() }),
  { date: "2026-11-21", build_id: "0199b1f0-7c00-7000-8000-000000000003", filled_slots: 120, total_slots: 250 },
);
