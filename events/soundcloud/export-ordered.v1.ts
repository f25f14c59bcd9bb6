import * as z from "zod";
import { event } from "../envelope.ts";

export const ExportOrdered = event("soundcloud.export-ordered.v1", "An export is to be written.", z.strictObject({ export_id: z.uuid() }), {
  export_id: "0199b1f0-7c00-7000-8000-000000000001",
});
