import * as z from "zod";
import { command } from "../envelope.ts";

export const ArchiveMonth = command(
  "social.archive-month.v1",
  "Bring the engagement events of a month to the archive, or go on with it.",
  z.strictObject({ month: z.string().regex(/^\d{4}-\d{2}$/) }),
  { month: "2025-01" },
);
