import * as z from "zod";
import { event } from "../envelope.ts";

export const PersonErasureOrdered = event(
  "social.person-erasure-ordered.v1",
  "Somebody of the audience is to be taken out of all that the org holds.",
  z.strictObject({ person_erasure_id: z.uuid() }),
  { person_erasure_id: "019e1b9a-7c00-7000-8000-0000000000e1" },
);
