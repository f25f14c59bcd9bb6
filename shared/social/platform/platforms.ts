import type * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { type PlatformName, SocialPlatform } from "./social-platform.ts";

/** The networks by name. */
export const listPlatforms = async (ctx: OrgCtx): Promise<SocialPlatform[]> => (await SocialPlatform.list(ctx, { org_id: ctx.org_id })).items;

/** Corrects what a network allows. Throws DomainError stale. */
export const patchPlatform = (ctx: OrgCtx, name: PlatformName, patch: z.output<typeof SocialPlatform.api.patch>, version: number): Promise<SocialPlatform> =>
  SocialPlatform.patch(ctx, { org_id: ctx.org_id, name }, patch, { version });
