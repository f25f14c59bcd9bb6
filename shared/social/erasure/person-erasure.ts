import * as z from "zod";
import { id, newId, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { PlatformName } from "../platform/social-platform.ts";
import { social } from "../table.ts";

const count = z.int().default(0);

/** The erasure of somebody of the audience: how far it is, and afterwards that it was done, without whom. README, Erasure. */
export const PersonErasure = entity(social, "PersonErasure", {
  fields: () => ({
    org_id: id,
    id: newId,
    platform: PlatformName,
    /** Gone once the erasure is completed. */
    platform_user_id: z.string().min(1).max(100).optional(),
    status: z.enum(["pending", "completed"]).default("pending"),
    requested_by: id.optional(),
    /** What was cleared so far. */
    events: count,
    touches: count,
    conversions: count,
    /** Messages of events whose post is not known. */
    parked: count,
    /** The number under which their mentions were counted: 1 once it is nobody's. */
    speakers: count,
    /** Flags of moderation that no longer name them. */
    flags: count,
    /** Events in files of the archive. */
    archived: count,
    /** Where the search of the archive goes on. */
    searched: z.strictObject({ month: z.string(), copy: z.int(), part: z.int() }).optional(),
    completed_at: timestamp.optional(),
  }),
  key: ["{org_id}#ER#{id}", "ER"],
  indexes: { all: { on: "gsi1", pk: "{org_id}#ERS", sk: "{id}" } },
  server: ["status", "requested_by", "events", "touches", "conversions", "parked", "speakers", "flags", "archived", "searched", "completed_at"],
  hidden: ["searched"],
  states: { field: "status", transitions: { pending: ["completed"], completed: [] } },
});
export type PersonErasure = Item<typeof PersonErasure>;
