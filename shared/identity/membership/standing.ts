import { conflict } from "../../kernel/errors.ts";
import type { Org } from "../org/org.ts";
import { type PlatformId, type PlatformRoles, holdsTopRole, topRole } from "../platform-roles.ts";
import type { OrgRole } from "./membership.ts";

/** What a membership contributes to its org's counts. */
export interface Standing {
  readonly org_role: OrgRole;
  readonly roles: PlatformRoles;
}

export type Counts = Pick<Org, "owners" | "members" | "admins">;

const owns = (standing: Standing | undefined): number => (standing?.org_role === "owner" ? 1 : 0);
const leads = (standing: Standing | undefined, platform: PlatformId): number => (standing && holdsTopRole(standing.roles, platform) ? 1 : 0);

/**
 * The org's counts once a membership changes from `before` to `after`; undefined stands for no membership.
 * Says nothing of whether that is allowed.
 */
export const recount = (org: Org, before: Standing | undefined, after: Standing | undefined): Counts => ({
  members: org.members + (after ? 1 : 0) - (before ? 1 : 0),
  owners: org.owners + owns(after) - owns(before),
  admins: Object.fromEntries(org.platforms.map((platform) => [platform, (org.admins[platform] ?? 0) + leads(after, platform) - leads(before, platform)])),
});

/** What an org with members must never be without, as far as this change takes it away. */
export const losses = (org: Org, before: Standing | undefined, after: Standing | undefined): string[] => {
  const counts = recount(org, before, after);
  const owner = counts.owners < 1 && owns(before) > owns(after) ? ["owner"] : [];
  const platforms = org.platforms.filter((platform) => counts.admins[platform]! < 1 && leads(before, platform) > leads(after, platform));
  return [...owner, ...platforms.map((platform) => `${platform} ${topRole(platform)}`)];
};

/** The same counts, or DomainError `last_owner` or `last_admin` where the change would leave the org without one. */
export const checkedRecount = (org: Org, before: Standing | undefined, after: Standing | undefined): Counts => {
  const lost = losses(org, before, after);
  if (lost[0] === "owner") throw conflict("last_owner", "This is the org's last owner; make somebody else an owner first.");
  if (lost.length > 0) throw conflict("last_admin", `Nobody else in the org is ${lost.join(" or ")}; give that role to somebody else first.`, { roles: lost });
  return recount(org, before, after);
};

export const sameCounts = (org: Org, counts: Counts): boolean =>
  org.members === counts.members &&
  org.owners === counts.owners &&
  org.platforms.every((platform) => (org.admins[platform] ?? 0) === (counts.admins[platform] ?? 0));
