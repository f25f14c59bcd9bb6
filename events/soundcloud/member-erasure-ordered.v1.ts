import * as z from "zod";
import { event } from "../envelope.ts";

export const MemberErasureOrdered = event(
  "soundcloud.member-erasure-ordered.v1",
  "The person was taken out of a member; what else the network holds of them is to be cleared.",
  z.strictObject({ member_id: z.uuid() }),
  { member_id: "0199b1f0-7c00-7000-8000-000000000001" },
);
