import * as z from "zod";
import { event } from "../envelope.ts";

export const MemberCreated = event("soundcloud.member-created.v1", "A member joined; the wallet is open.", z.strictObject({ member_id: z.uuid() }), {
  member_id: "0199b1f0-7c00-7000-8000-000000000002",
});
