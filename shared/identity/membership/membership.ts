import * as z from "zod";
import { id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { PlatformRoles } from "../platform-roles.ts";
import { identity } from "../table.ts";

export const OrgRole = z.enum(["owner", "member"]);
export type OrgRole = z.output<typeof OrgRole>;

/** A person in an org, with their roles. Read on each request: what it says holds from the next one. */
export const Membership = entity(identity, "Membership", {
  fields: () => ({
    org_id: id,
    user_id: z.uuid(),
    org_role: OrgRole.default("member"),
    roles: PlatformRoles.default({}),
  }),
  key: ["{org_id}#M", "{user_id}"],
  indexes: { byUser: { on: "gsi1", pk: "U#{user_id}#M", sk: "{org_id}" } },
});
export type Membership = Item<typeof Membership>;
