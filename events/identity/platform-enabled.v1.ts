import * as z from "zod";
import { event } from "../envelope.ts";

export const PlatformEnabled = event(
  "identity.platform-enabled.v1",
  "A platform was enabled for the envelope's org; `enabled_by` holds its top role now. The platform sets up the org's defaults.",
  z.strictObject({ platform: z.string(), enabled_by: z.uuid() }),
  { platform: "soundcloud", enabled_by: "019e1b9a-7c00-7000-8000-000000000001" },
);
