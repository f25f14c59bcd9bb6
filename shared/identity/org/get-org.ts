import type * as z from "zod";
import type { Ctx, OrgCtx } from "../../kernel/context.ts";
import { notFound } from "../../kernel/errors.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { personOf } from "../caller.ts";
import { Membership, OrgRole } from "../membership/membership.ts";
import { PlatformRoles } from "../platform-roles.ts";
import { Org } from "./org.ts";

/** An org with what the caller is in it. */
export const MyOrg = Org.api.response.extend({ org_role: OrgRole, roles: PlatformRoles });
export type MyOrg = z.output<typeof MyOrg>;

/** The org that the path names must be the active one. Throws DomainError `not_found`. */
export const requireActiveOrg = (ctx: OrgCtx, org_id: string): void => {
  if (org_id !== ctx.org_id) throw notFound("org");
};

export const getOrg = (ctx: OrgCtx, org_id: string): Promise<Org> => {
  requireActiveOrg(ctx, org_id);
  return Org.get(ctx, { id: org_id });
};

/** The orgs that the caller is a member of. One joined within the last second may be missing. */
export const listMyOrgs = async (ctx: Ctx, page: PageRequest): Promise<PageOf<MyOrg>> => {
  const { user_id } = personOf(ctx);
  const { items, position } = await Membership.query.byUser(ctx, { user_id }, page);
  const orgs = new Map(
    (
      await Org.getMany(
        ctx,
        items.map(({ org_id }) => ({ id: org_id })),
      )
    ).map((org) => [org.id, org]),
  );
  return { items: items.flatMap(({ org_id, org_role, roles }) => [orgs.get(org_id) ?? []].flat().map((org) => ({ ...org, org_role, roles }))), position };
};

/** Renames the org. Throws DomainError `not_found` or `stale`. */
export const renameOrg = (ctx: OrgCtx, org_id: string, version: number, patch: { name?: string | undefined }): Promise<Org> => {
  requireActiveOrg(ctx, org_id);
  return Org.patch(ctx, { id: org_id }, patch, { version });
};
