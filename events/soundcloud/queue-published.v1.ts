import * as z from "zod";
import { event } from "../envelope.ts";

export const QueuePublished = event(
  "soundcloud.queue-published.v1",
  "A day's queue was published; supporters see their assignments.",
  z.strictObject({ date: z.iso.date(), assignments: z.int() }),
  { date: "2026-11-21", assignments: 120 },
);
