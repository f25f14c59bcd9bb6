import * as z from "zod";
import { command } from "../envelope.ts";

export const CheckAssignments = command(
  "soundcloud.check-assignments.v1",
  "Look at the assignments whose clock is due: late proofs, proofs to verify, reposts to see still standing.",
  z.strictObject({ due_until: z.iso.datetime() }),
  { due_until: "2026-11-21T10:00:00.000Z" },
);
