import * as z from "zod";
import { command } from "../envelope.ts";

export const AgeTopContent = command(
  "social.age-top-content.v1",
  "Take posts off the leaderboards whose period has passed them.",
  z.strictObject({ date: z.iso.date() }),
  { date: "2026-11-20" },
);
