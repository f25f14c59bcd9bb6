import * as z from "zod";
import { event } from "../envelope.ts";

export const MembershipChanged = event(
  "identity.membership-changed.v1",
  "A person joined the envelope's org or got other roles in it. `roles` are all that they hold now, per platform.",
  z.strictObject({
    user_id: z.uuid(),
    org_role: z.enum(["owner", "member"]),
    roles: z.record(z.string(), z.array(z.string())),
  }),
  { user_id: "019e1b9a-7c00-7000-8000-000000000001", org_role: "member", roles: { soundcloud: ["moderator"] } },
);
