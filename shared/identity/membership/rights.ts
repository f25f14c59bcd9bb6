import type { Actor, OrgCtx } from "../../kernel/context.ts";
import { platformIds, type PlatformId, topRole } from "../platform-roles.ts";

const leads = (actor: Actor, platform: PlatformId): boolean => actor.kind === "user" && (actor.roles[platform] ?? []).includes(topRole(platform));
export const isOwner = (actor: Actor): boolean => actor.kind === "user" && actor.org_role === "owner";

/** Whether the caller sees every membership of the org: an owner, or a holder of some platform's top role. */
export const seesMemberships = ({ actor }: OrgCtx): boolean => isOwner(actor) || platformIds.some((platform) => leads(actor, platform));

/** Whether the caller sees this person's membership: their own, or all. */
export const seesMembership = (ctx: OrgCtx, user_id: string): boolean => (ctx.actor.kind === "user" && ctx.actor.user_id === user_id) || seesMemberships(ctx);

/** Whether the caller may give and take roles on these platforms. */
export const assignsRoles = ({ actor }: OrgCtx, platforms: readonly PlatformId[]): boolean =>
  isOwner(actor) || platforms.every((platform) => leads(actor, platform));
