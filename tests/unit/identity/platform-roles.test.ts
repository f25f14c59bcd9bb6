import { describe, expect, it } from "vitest";
import { PlatformRoles, mergeRoles, normalRoles, platformIds, topRole } from "../../../shared/identity/platform-roles.ts";

describe("platform roles", () => {
  it("are as the platforms define them, the top one first", () => {
    expect(Object.fromEntries(platformIds.map((platform) => [platform, topRole(platform)]))).toEqual({
      soundcloud: "admin",
      instagram: "admin",
      social: "owner",
      marketing: "owner",
      influencer: "owner",
    });
    expect(Object.keys(PlatformRoles.shape)).toEqual(platformIds);
  });

  it("have one form: known roles, each once, in order of power, no empty lists", () => {
    expect(normalRoles({ soundcloud: ["member", "admin"], social: [] })).toEqual({ soundcloud: ["admin", "member"] });
    expect(PlatformRoles.safeParse({ soundcloud: ["member", "member"] }).success).toBe(false);
    expect(PlatformRoles.safeParse({ soundcloud: ["viewer"] }).success).toBe(false);
    expect(PlatformRoles.safeParse({ myspace: ["admin"] }).success).toBe(false);
  });

  it("a change replaces the platforms it names and leaves the others", () => {
    expect(mergeRoles({ soundcloud: ["admin"], social: ["editor"] }, { soundcloud: [] })).toEqual({ social: ["editor"] });
    expect(mergeRoles({ social: ["editor"] }, { soundcloud: ["member"] })).toEqual({ soundcloud: ["member"], social: ["editor"] });
  });
});
