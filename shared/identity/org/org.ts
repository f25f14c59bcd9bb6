import * as z from "zod";
import { newId } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { PlatformId } from "../platform-roles.ts";
import { identity } from "../table.ts";

export const OrgName = z.string().trim().min(1, "has at least 1 character").max(200, "has at most 200 characters");

/**
 * A tenant. `owners`, `members` and `admins` (holders of a platform's top role) are counted in the transactions that
 * change memberships; the version they share is what keeps two owners from removing each other at once.
 */
export const Org = entity(identity, "Org", {
  fields: () => ({
    id: newId,
    name: OrgName,
    personal: z.boolean().default(false),
    status: z.enum(["active", "closed"]).default("active"),
    platforms: z.array(PlatformId).default([]),
    owners: z.int().min(0).default(0),
    members: z.int().min(0).default(0),
    admins: z.partialRecord(PlatformId, z.int().min(0)).default({}),
  }),
  key: ["{id}#O", "O"],
  server: ["personal", "status", "platforms", "owners", "members", "admins"],
});
export type Org = Item<typeof Org>;
