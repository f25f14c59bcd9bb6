import type { OrgCtx } from "../../kernel/context.ts";
import { isDomainError } from "../../kernel/errors.ts";
import { transact } from "../../kernel/table/table.ts";
import { seededPlatforms } from "../platform/seeded-platforms.ts";
import { SocialPlatform } from "../platform/social-platform.ts";
import { social } from "../table.ts";
import { Settings } from "./settings.ts";

/** Gives an org its settings and the networks, in one transaction, so that a repeat finds everything or nothing. */
export const provisionOrg = async (ctx: OrgCtx): Promise<void> => {
  const { org_id } = ctx;
  if (await Settings.find(ctx, { org_id }, { consistent: true })) return;
  const writes = [
    ...Settings.writes.create(ctx, { org_id }),
    ...seededPlatforms.flatMap((platform) => SocialPlatform.writes.create(ctx, { org_id, ...platform })),
  ];
  try {
    await transact(ctx, social, writes, { pattern: "settings.provision" });
  } catch (error) {
    if (!isDomainError(error, "already_exists")) throw error;
  }
};
