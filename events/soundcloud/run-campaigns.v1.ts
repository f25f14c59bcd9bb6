import * as z from "zod";
import { command } from "../envelope.ts";

export const RunCampaigns = command(
  "soundcloud.run-campaigns.v1",
  "Complete the org's campaigns that have ended by a day, and begin those that are due; continues at `after`.",
  z.strictObject({ date: z.iso.date(), after: z.json().optional() }),
  { date: "2026-12-01" },
);
