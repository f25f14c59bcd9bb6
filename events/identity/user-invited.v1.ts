import * as z from "zod";
import { event } from "../envelope.ts";

export const UserInvited = event("identity.user-invited.v1", "An address was invited into the envelope's org.", z.strictObject({ invitation_id: z.uuid() }), {
  invitation_id: "019e1b9a-7c00-7000-8000-000000000002",
});
