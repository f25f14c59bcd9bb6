import * as z from "zod";
import { event } from "../envelope.ts";

export const ExportOrdered = event("social.export-ordered.v1", "An export is to be written.", z.strictObject({ export_id: z.uuid() }), {
  export_id: "019e1b9a-7c00-7000-8000-0000000000f1",
});
