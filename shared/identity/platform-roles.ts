import * as z from "zod";

/** The roles of each platform, the most powerful first. README, "Roles". */
export const platformRoles = {
  soundcloud: ["admin", "moderator", "member"],
  instagram: ["admin", "manager", "viewer"],
  social: ["owner", "editor", "viewer"],
  marketing: ["owner", "editor", "viewer"],
  influencer: ["owner", "editor", "viewer"],
} as const;

export type PlatformId = keyof typeof platformRoles;
export const platformIds = Object.keys(platformRoles) as PlatformId[];
export const PlatformId = z.enum(platformIds);

/** The role that may give and take roles on its platform; the last one who holds it stays. */
export const topRole = (platform: PlatformId): string => platformRoles[platform][0];

const roleList = <const R extends readonly [string, ...string[]]>(roles: R) =>
  z
    .array(z.enum(roles, `one of ${roles.join(", ")}`))
    .max(roles.length)
    .refine((list) => new Set(list).size === list.length, "names each role once")
    .optional();

/** Roles per platform. An empty list is no role, the same as leaving the platform out. */
export const PlatformRoles = z.strictObject({
  soundcloud: roleList(platformRoles.soundcloud),
  instagram: roleList(platformRoles.instagram),
  social: roleList(platformRoles.social),
  marketing: roleList(platformRoles.marketing),
  influencer: roleList(platformRoles.influencer),
});
export type PlatformRoles = z.output<typeof PlatformRoles>;

/** The same roles in one form: no empty lists, roles in order of power. */
export const normalRoles = (roles: PlatformRoles): PlatformRoles =>
  Object.fromEntries(
    platformIds.flatMap((platform) => {
      const held: readonly string[] = roles[platform] ?? [];
      const ordered = platformRoles[platform].filter((role) => held.includes(role));
      return ordered.length > 0 ? [[platform, ordered]] : [];
    }),
  );

/** `held` with the platforms that `change` names replaced. */
export const mergeRoles = (held: PlatformRoles, change: PlatformRoles): PlatformRoles => normalRoles({ ...held, ...change });

export const holdsTopRole = (roles: PlatformRoles, platform: PlatformId): boolean =>
  (roles[platform] as readonly string[] | undefined)?.includes(topRole(platform)) ?? false;
