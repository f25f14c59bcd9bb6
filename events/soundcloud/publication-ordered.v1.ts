import * as z from "zod";
import { event } from "../envelope.ts";

export const PublicationOrdered = event(
  "soundcloud.publication-ordered.v1",
  "Ops asked for an approved queue to be published.",
  z.strictObject({ date: z.iso.date() }),
  { date: "2026-11-21" },
);
