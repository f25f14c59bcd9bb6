import type { OrgCtx } from "../../kernel/context.ts";
import { Settings } from "./settings.ts";

/** The org's settings. Throws DomainError not_found while the platform is not enabled for the org. */
export const getSettings = (ctx: OrgCtx): Promise<Settings> => Settings.get(ctx, { org_id: ctx.org_id });
