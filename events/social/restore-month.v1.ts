import * as z from "zod";
import { command } from "../envelope.ts";

export const RestoreMonth = command(
  "social.restore-month.v1",
  "Bring an archived month's engagement events back to the table, or go on with it.",
  z.strictObject({ month: z.string().regex(/^\d{4}-\d{2}$/) }),
  { month: "2025-01" },
);
