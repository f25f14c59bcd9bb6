import * as z from "zod";
import { command } from "../envelope.ts";

export const GrantCredits = command(
  "soundcloud.grant-credits.v1",
  "Grant every member of the org the credits due up to a month; continues at `after`.",
  z.strictObject({ month: z.string().regex(/^\d{4}-\d{2}$/), after: z.json().optional() }),
  { month: "2026-12" },
);
