import * as z from "zod";
import { event } from "../envelope.ts";

export const SignUpRepeated = event(
  "identity.sign-up-repeated.v1",
  "Somebody signed up with an address that has an account already; nothing changed. The envelope's org is the owner's personal org.",
  z.strictObject({ user_id: z.uuid() }),
  { user_id: "019e1b9a-7c00-7000-8000-000000000001" },
);
