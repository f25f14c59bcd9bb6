import type * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { Settings } from "./settings.ts";

export type SettingsPatch = z.output<typeof Settings.api.patch>;

/** Changes the org's rules; they hold from the next use on. Throws DomainError stale. */
export const patchSettings = (ctx: OrgCtx, patch: SettingsPatch, version: number): Promise<Settings> =>
  Settings.patch(ctx, { org_id: ctx.org_id }, patch, { version });
