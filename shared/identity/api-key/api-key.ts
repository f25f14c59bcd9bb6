import * as z from "zod";
import { id, newId, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { PlatformRoles } from "../platform-roles.ts";
import { identity } from "../table.ts";

/** A machine client of an org. The key's text is shown once; only its SHA-256 is stored. */
export const ApiKey = entity(identity, "ApiKey", {
  fields: () => ({
    org_id: id,
    id: newId,
    name: z.string().trim().min(1, "has at least 1 character").max(100, "has at most 100 characters"),
    roles: PlatformRoles,
    secret_hash: z.string(),
    last_four: z.string().length(4),
    created_by: z.uuid(),
    expires_at: timestamp.optional(),
    revoked_at: timestamp.optional(),
  }),
  key: ["{org_id}#K", "{id}"],
  server: ["secret_hash", "last_four", "created_by", "revoked_at"],
  immutable: ["name", "roles", "expires_at"],
  hidden: ["secret_hash"],
});
export type ApiKey = Item<typeof ApiKey>;
