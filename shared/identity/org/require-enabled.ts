import { unprocessable } from "../../kernel/errors.ts";
import { type PlatformId, type PlatformRoles, normalRoles } from "../platform-roles.ts";
import type { Org } from "./org.ts";

/** Roles are given on platforms that the org uses. Throws DomainError `platform_not_enabled`, naming each that is not. */
export const requireEnabled = (org: Org, roles: PlatformRoles): void => {
  const missing = (Object.keys(normalRoles(roles)) as PlatformId[]).filter((platform) => !org.platforms.includes(platform));
  if (missing.length === 0) return;
  const detail = `The org does not use ${missing.join(", ")}; an owner enables it first.`;
  throw unprocessable(
    "platform_not_enabled",
    detail,
    missing.map((platform) => ({ pointer: `/roles/${platform}`, code: "platform_not_enabled", detail })),
  );
};
