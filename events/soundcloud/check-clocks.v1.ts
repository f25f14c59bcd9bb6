import * as z from "zod";
import { command } from "../envelope.ts";

export const CheckClocks = command(
  "soundcloud.check-clocks.v1",
  "Tell ops what has become late; once a day look for inactive members and expired notifications, too.",
  z.strictObject({ daily: z.boolean() }),
  { daily: false },
);
