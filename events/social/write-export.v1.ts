import * as z from "zod";
import { command } from "../envelope.ts";

export const WriteExport = command("social.write-export.v1", "Write the file of an export.", z.strictObject({ export_id: z.uuid() }), {
  export_id: "019e1b9a-7c00-7000-8000-0000000000f1",
});
