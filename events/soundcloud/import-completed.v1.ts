import * as z from "zod";
import { event } from "../envelope.ts";

export const ImportCompleted = event(
  "soundcloud.import-completed.v1",
  "An import came to its end.",
  z.strictObject({ import_id: z.uuid(), status: z.enum(["completed", "failed"]), successful_imports: z.int(), skipped: z.int(), failed_imports: z.int() }),
  { import_id: "0199b1f0-7c00-7000-8000-000000000006", status: "completed", successful_imports: 865, skipped: 1284, failed_imports: 0 },
);
