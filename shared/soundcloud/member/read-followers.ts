import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { FollowerCount } from "./follower-count.ts";
import { FollowerFlag } from "./follower-flag.ts";
import { Platform } from "./member-account.ts";
import { visibleMember } from "./own-member.ts";

export const FollowerFilter = z.strictObject({ platform: Platform.default("soundcloud") });
type FollowerFilter = z.output<typeof FollowerFilter>;

/** How many followed a member's account day by day, newest first. Throws DomainError not_found. */
export const listFollowerCounts = async (ctx: OrgCtx, member_id: string, { platform }: FollowerFilter, page: PageRequest): Promise<PageOf<FollowerCount>> => {
  const { org_id, id } = await visibleMember(ctx, member_id);
  return FollowerCount.list(ctx, { org_id, member_id: id, platform }, { ...page, desc: true });
};

/** The jumps of the org's members, newest first. README, Followers. */
export const listFollowerFlags = (ctx: OrgCtx, page: PageRequest): Promise<PageOf<FollowerFlag>> =>
  FollowerFlag.list(ctx, { org_id: ctx.org_id }, { ...page, desc: true });
