import * as z from "zod";
import { event } from "../envelope.ts";

export const RestoreOrdered = event(
  "social.restore-ordered.v1",
  "An archived month is to be brought back to the table.",
  z.strictObject({ month: z.string().regex(/^\d{4}-\d{2}$/) }),
  { month: "2025-01" },
);
