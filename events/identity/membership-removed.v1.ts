import * as z from "zod";
import { event } from "../envelope.ts";

export const MembershipRemoved = event(
  "identity.membership-removed.v1",
  "A person left the envelope's org or was removed from it; their requests there are refused from now on.",
  z.strictObject({ user_id: z.uuid() }),
  { user_id: "019e1b9a-7c00-7000-8000-000000000001" },
);
