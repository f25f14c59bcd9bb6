import * as z from "zod";
import { command } from "../envelope.ts";

export const RateTemplates = command(
  "social.rate-templates.v1",
  "Rate an org's templates for a day by their posts and those of the same accounts, from the template after another one on.",
  z.strictObject({ date: z.iso.date(), after: z.uuid().optional() }),
  { date: "2026-11-20" },
);
