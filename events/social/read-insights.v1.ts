import * as z from "zod";
import { command } from "../envelope.ts";

export const ReadInsights = command(
  "social.read-insights.v1",
  "Read from the networks what they say of the posts that are due, of one account or of all accounts of the org.",
  z.strictObject({ account_id: z.uuid().optional() }),
  { account_id: "019e1b9a-7c00-7000-8000-0000000000a1" },
);
