import * as z from "zod";
import { command } from "../envelope.ts";

export const ErasePerson = command(
  "social.erase-person.v1",
  "Erase a person from the org's social content: a user who erased their account, as the author of posts that were made before, or somebody of the audience whose erasure was ordered. It goes on where an earlier run stopped.",
  z.union([z.strictObject({ user_id: z.uuid(), erased_at: z.iso.datetime() }), z.strictObject({ person_erasure_id: z.uuid() })]),
  { person_erasure_id: "019e1b9a-7c00-7000-8000-0000000000e1" },
);
