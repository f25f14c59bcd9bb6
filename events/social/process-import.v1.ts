import * as z from "zod";
import { command } from "../envelope.ts";

export const ProcessImport = command(
  "social.process-import.v1",
  "Read an uploaded file of events or mentions from its checkpoint on, row by row.",
  z.strictObject({ import_id: z.uuid() }),
  { import_id: "0199b1f0-7c00-7000-8000-000000000001" },
);
