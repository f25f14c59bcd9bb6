import * as z from "zod";
import { command } from "../envelope.ts";

export const VerifyProof = command(
  "soundcloud.verify-proof.v1",
  "Look for a proven repost on SoundCloud, and pay it.",
  z.strictObject({ assignment_id: z.uuid() }),
  { assignment_id: "0199b1f0-7c00-7000-8000-000000000004" },
);
