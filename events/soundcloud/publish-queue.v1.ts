import * as z from "zod";
import { command } from "../envelope.ts";

export const PublishQueue = command(
  "soundcloud.publish-queue.v1",
  "Publish an approved queue, assignment by assignment.",
  z.strictObject({ date: z.iso.date() }),
  { date: "2026-11-21" },
);
