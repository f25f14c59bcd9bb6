import * as z from "zod";
import { command } from "../envelope.ts";

export const ArchiveMonths = command(
  "social.archive-months.v1",
  "Find the months whose engagement events are due for the archive at the beginning of a month, and order each.",
  z.strictObject({ period: z.string().regex(/^\d{4}-\d{2}$/) }),
  { period: "2027-02" },
);
