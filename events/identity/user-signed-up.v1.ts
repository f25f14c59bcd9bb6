import * as z from "zod";
import { event } from "../envelope.ts";

export const UserSignedUp = event(
  "identity.user-signed-up.v1",
  "A person signed up; the envelope's org is their personal org. The address is not verified yet.",
  z.strictObject({ user_id: z.uuid() }),
  { user_id: "019e1b9a-7c00-7000-8000-000000000001" },
);
