import * as z from "zod";
import { command, event } from "../../../../events/envelope.ts";

export const buildQueue = command("soundcloud.build-queue.v1", "Builds a day's queue.", z.strictObject({ date: z.iso.date() }), { date: "2026-03-10" });
export const platformEnabled = event("identity.platform-enabled.v1", "An org has begun to use a platform.", z.strictObject({ platform: z.string() }), {
  platform: "soundcloud",
});

export const ORG = "019cd6c1-0000-7000-8000-0000000000aa";
