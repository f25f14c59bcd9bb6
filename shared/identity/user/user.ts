import * as z from "zod";
import { email, newId, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { identity } from "../table.ts";

export const FullName = z.string().trim().min(1, "has at least 1 character").max(200, "has at most 200 characters");

const isTimeZone = (zone: string): boolean => {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return /^[A-Za-z]/.test(zone);
  } catch {
    return false;
  }
};

/** By name, aliases too; an offset such as +02:00 is no zone, since it knows no summer time. */
export const TimeZone = z.string().max(64).refine(isTimeZone, "is an IANA time zone, for example Europe/Berlin");

/** A person. Their address and name are gone once `status` is `erased`; the id stays, so that records of others still point somewhere. */
export const User = entity(identity, "User", {
  fields: () => ({
    id: newId,
    email: email.optional(),
    full_name: FullName.optional(),
    timezone: TimeZone.default("UTC"),
    personal_org_id: z.uuid(),
    status: z.enum(["active", "erased"]).default("active"),
    email_verified_at: timestamp.optional(),
    erased_at: timestamp.optional(),
  }),
  key: ["U#{id}", "U"],
  server: ["email", "personal_org_id", "status", "email_verified_at", "erased_at"],
});
export type User = Item<typeof User>;
