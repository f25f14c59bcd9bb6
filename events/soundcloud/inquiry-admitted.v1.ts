import * as z from "zod";
import { event } from "../envelope.ts";

export const InquiryAdmitted = event(
  "soundcloud.inquiry-admitted.v1",
  "An inquiry was admitted; the member exists, with wallet and account.",
  z.strictObject({ inquiry_id: z.uuid(), member_id: z.uuid() }),
  { inquiry_id: "0199b1f0-7c00-7000-8000-000000000024", member_id: "0199b1f0-7c00-7000-8000-000000000002" },
);
