import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Standing, checkedRecount, losses, recount, sameCounts } from "../../../shared/identity/membership/standing.ts";
import type { Org } from "../../../shared/identity/org/org.ts";
import { platformIds, platformRoles } from "../../../shared/identity/platform-roles.ts";

const standing: fc.Arbitrary<Standing> = fc.record({
  org_role: fc.constantFrom("owner", "member"),
  roles: fc.record(Object.fromEntries(platformIds.map((platform) => [platform, fc.subarray([...platformRoles[platform]])])), { requiredKeys: [] }),
}) as never;

const orgOf = (standings: readonly Standing[], platforms: Org["platforms"]): Org => {
  const empty = {
    id: "o",
    name: "o",
    personal: false,
    status: "active",
    platforms,
    owners: 0,
    members: 0,
    admins: {},
    version: 1,
    created_at: "",
    updated_at: "",
  } as Org;
  return standings.reduce((org, one) => ({ ...org, ...recount(org, undefined, one) }), empty);
};
const count = (standings: readonly Standing[], platforms: Org["platforms"]) => ({
  members: standings.length,
  owners: standings.filter(({ org_role }) => org_role === "owner").length,
  admins: Object.fromEntries(
    platforms.map((platform) => [
      platform,
      standings.filter(({ roles }) => (roles[platform] as string[] | undefined)?.includes(platformRoles[platform][0])).length,
    ]),
  ),
});

describe("an org's counts", () => {
  it("are those of its memberships after any changes", () => {
    fc.assert(
      fc.property(
        fc.array(standing, { minLength: 1, maxLength: 6 }),
        fc.subarray([...platformIds]),
        fc.nat(),
        fc.option(standing, { nil: undefined }),
        (standings, platforms, pick, after) => {
          const at = pick % standings.length;
          const rest = [...standings.slice(0, at), ...(after ? [after] : []), ...standings.slice(at + 1)];
          const counts = recount(orgOf(standings, platforms), standings[at], after);
          expect(counts).toEqual(count(rest, platforms));
          expect(sameCounts(orgOf(rest, platforms), counts)).toBe(true);
        },
      ),
    );
  });

  it("a change is refused exactly when it takes the last owner or the last holder of a top role", () => {
    fc.assert(
      fc.property(
        fc.array(standing, { minLength: 1, maxLength: 4 }),
        fc.subarray([...platformIds]),
        fc.option(standing, { nil: undefined }),
        (standings, platforms, after) => {
          const [before, ...others] = standings as [Standing, ...Standing[]];
          const [was, will] = [count(standings, platforms), count(after ? [after, ...others] : others, platforms)];
          const lost = (was.owners > 0 && will.owners === 0) || platforms.some((platform) => was.admins[platform]! > 0 && will.admins[platform] === 0);
          const org = orgOf(standings, platforms);
          expect(losses(org, before, after).length > 0).toBe(lost);
          if (lost) expect(() => checkedRecount(org, before, after)).toThrow(/owner|Nobody else/);
          else expect(checkedRecount(org, before, after)).toEqual(will);
        },
      ),
    );
  });
});
