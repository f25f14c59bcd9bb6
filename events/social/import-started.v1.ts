import * as z from "zod";
import { event } from "../envelope.ts";

export const ImportStarted = event(
  "social.import-started.v1",
  "An uploaded file of events or mentions is to be read, from its checkpoint on.",
  z.strictObject({ import_id: z.uuid() }),
  { import_id: "0199b1f0-7c00-7000-8000-000000000001" },
);
