import * as z from "zod";
import { command } from "../envelope.ts";

export const ResolveTrack = command(
  "soundcloud.resolve-track.v1",
  "Find the SoundCloud track and artist behind a submission's URL.",
  z.strictObject({ submission_id: z.uuid() }),
  { submission_id: "0199b1f0-7c00-7000-8000-000000000001" },
);
