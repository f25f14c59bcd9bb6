import * as z from "zod";
import { command } from "../envelope.ts";

export const RefreshFollowers = command(
  "soundcloud.refresh-followers.v1",
  "Read how many follow the channels of the org's members; continues at `after`.",
  z.strictObject({ after: z.json().optional() }),
  {},
);
