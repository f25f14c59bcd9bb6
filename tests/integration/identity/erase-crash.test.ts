import { beforeAll, expect, it } from "vitest";
import { Membership } from "../../../shared/identity/membership/membership.ts";
import { Org } from "../../../shared/identity/org/org.ts";
import { Credential } from "../../../shared/identity/user/credential.ts";
import { eraseMe } from "../../../shared/identity/user/erase-me.ts";
import { User } from "../../../shared/identity/user/user.ts";
import type { Ctx } from "../../../shared/kernel/context.ts";
import { isDomainError } from "../../../shared/kernel/errors.ts";
import { type IdentityCloud, type Someone, identityCloud } from "../../api/identity/identity-cloud.ts";

let cloud: IdentityCloud;
let owner: Someone;
beforeAll(async () => {
  cloud = await identityCloud();
  owner = await cloud.someone("owner@example.com");
});

class Crash extends Error {}

/** The context of a person's request whose process dies after its `last` request to the database was carried out. */
const dyingAfter = (last: number, { user_id, session_id }: Someone): Parameters<typeof eraseMe>[0] => {
  let count = 0;
  const send: Ctx["db"]["send"] = async (op, pattern, input) => {
    const reply = await cloud.db.send(op, pattern, input);
    if (++count === last) throw new Crash();
    return reply;
  };
  return { ...cloud.ctx, vault: cloud.vault, actor: { kind: "user", user_id, session_id, roles: {} }, db: { physical: (id) => cloud.db.physical(id), send } };
};

it("an erasure that dies after any of its requests is finished by repeating it", async () => {
  let crashed = true;
  let point = 0;
  for (; crashed; point++) {
    const ada = await cloud.colleague(owner, `crash${point}@example.com`);
    await cloud.signIn(ada.email).then(({ api }) => api.post("/identity/auth/sign-out"));
    const { version } = await User.get(cloud.ctx, { id: ada.user_id });
    crashed = await eraseMe(dyingAfter(point + 1, ada), version).then(
      () => false,
      (error: unknown) => {
        if (error instanceof Crash) return true;
        throw error;
      },
    );
    if (crashed)
      await eraseMe(dyingAfter(Infinity, ada), version).catch((error: unknown) => {
        if (!isDomainError(error, "not_found")) throw error;
      });
    const user = await User.get(cloud.ctx, { id: ada.user_id });
    expect([point, user.status, user.email]).toEqual([point, "erased", undefined]);
    expect((await Membership.query.byUser(cloud.ctx, { user_id: ada.user_id })).items).toEqual([]);
    expect(await Org.get(cloud.ctx, { id: ada.org_id })).toMatchObject({ status: "closed", owners: 0, members: 0 });
    expect(await Org.get(cloud.ctx, { id: owner.org_id })).toMatchObject({ owners: 1, members: 1 });
    expect(await Credential.find(cloud.ctx, { email: ada.email })).toBeUndefined();
  }
  expect(point).toBeGreaterThan(10);
}, 120_000);
