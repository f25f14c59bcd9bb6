import * as z from "zod";
import { command } from "../envelope.ts";

export const BuildQueue = command(
  "soundcloud.build-queue.v1",
  "Build the draft queue of one UTC day.",
  z.strictObject({ date: z.iso.date(), requested_by: z.uuid().optional() }),
  { date: "2026-11-21" },
);
