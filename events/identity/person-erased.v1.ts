import * as z from "zod";
import { event } from "../envelope.ts";

export const PersonErased = event(
  "identity.person-erased.v1",
  "A person erases their account and has left the envelope's org in the same transaction; each platform erases what it holds of them in that org. `address` is the person's address, sealed for that org, by which records are found that were never matched to the user. Records made after `erased_at` are of somebody who came since, and stay.",
  z.strictObject({ user_id: z.uuid(), address: z.string().min(1).max(2000), erased_at: z.iso.datetime() }),
  {
    user_id: "019e1b9a-7c00-7000-8000-000000000001",
    address: "v1.Zm9yIHlv.AQEBAHh3cmFwcGVk.bm9uY2UgdGFnIGFuZCB0ZXh0",
    erased_at: "2026-01-01T06:00:00.000Z",
  },
);
