import * as z from "zod";
import { command } from "../envelope.ts";

export const WriteExport = command("soundcloud.write-export.v1", "Write the file of an export.", z.strictObject({ export_id: z.uuid() }), {
  export_id: "0199b1f0-7c00-7000-8000-000000000001",
});
