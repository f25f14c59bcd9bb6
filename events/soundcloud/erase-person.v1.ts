import * as z from "zod";
import { command } from "../envelope.ts";

export const ErasePerson = command(
  "soundcloud.erase-person.v1",
  "Erase a person from the org: one who erases their account, by user id and sealed address with the time before which their records were made, or a member whose erasure was ordered, from where an earlier run stopped.",
  z.union([
    z.strictObject({ user_id: z.uuid(), address: z.string().min(1).max(2000), erased_at: z.iso.datetime() }),
    z.strictObject({
      member_id: z.uuid(),
      from: z.strictObject({ queue_date: z.iso.date().optional(), import_id: z.uuid().optional() }).optional(),
    }),
  ]),
  { member_id: "0199b1f0-7c00-7000-8000-000000000001" },
);
