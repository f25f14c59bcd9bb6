import * as z from "zod";
import { event } from "../envelope.ts";

export const InquiryRejected = event("soundcloud.inquiry-rejected.v1", "An inquiry was rejected.", z.strictObject({ inquiry_id: z.uuid() }), {
  inquiry_id: "0199b1f0-7c00-7000-8000-000000000024",
});
