import * as z from "zod";
import { command } from "../envelope.ts";

export const FetchTrackPreview = command(
  "soundcloud.fetch-track-preview.v1",
  "Look a public track up by its canonical address, and keep what a page shows of it.",
  z.strictObject({ track_url: z.url().max(2000) }),
  { track_url: "https://soundcloud.com/quiet-choir/light-us" },
);
