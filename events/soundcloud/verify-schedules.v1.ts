import * as z from "zod";
import { command } from "../envelope.ts";

export const VerifySchedules = command(
  "soundcloud.verify-schedules.v1",
  "Look at the schedules whose clock is due: what they reached on SoundCloud, what is to be created, what call-backs wait.",
  z.strictObject({ due_until: z.iso.datetime() }),
  { due_until: "2026-11-21T19:59:59.999Z" },
);
