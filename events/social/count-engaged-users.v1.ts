import * as z from "zod";
import { command } from "../envelope.ts";

export const CountEngagedUsers = command(
  "social.count-engaged-users.v1",
  "Count the persons who engaged with an org's posts in the 90 days before a date, from the post after another one on.",
  z.strictObject({ date: z.iso.date(), after: z.uuid().optional() }),
  { date: "2026-11-20" },
);
