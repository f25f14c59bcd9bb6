import * as z from "zod";
import { event } from "../envelope.ts";

export const UserErased = event(
  "identity.user-erased.v1",
  "A person's account was erased; each platform erases what it holds of them. The envelope's org was their personal org.",
  z.strictObject({ user_id: z.uuid() }),
  { user_id: "019e1b9a-7c00-7000-8000-000000000001" },
);
