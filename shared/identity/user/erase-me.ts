import type { Ctx } from "../../kernel/context.ts";
import type { Vault } from "../../kernel/crypto/vault.ts";
import { conflict } from "../../kernel/errors.ts";
import { every } from "../../kernel/table/every.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { UserErased } from "../../../events/identity/user-erased.v1.ts";
import { personOf } from "../caller.ts";
import { currentVersion } from "../current-version.ts";
import { Invitation } from "../invitation/invitation.ts";
import { Membership } from "../membership/membership.ts";
import { leaveOrg } from "../membership/remove-membership.ts";
import { losses } from "../membership/standing.ts";
import { closeOrg } from "../org/close-org.ts";
import { Org } from "../org/org.ts";
import { emitFor } from "../emit-for.ts";
import { isLive, liveSessions } from "../session/live-sessions.ts";
import { Session } from "../session/session.ts";
import { identity } from "../table.ts";
import { Credential } from "./credential.ts";
import { getMe } from "./get-user.ts";
import { sealAddress } from "./sealed-address.ts";
import { User } from "./user.ts";

/**
 * Erases the caller: they leave their orgs, each of which hears of it while the address is still known, orgs that nobody
 * else is in are closed, and in one last transaction the sessions end, the address is free again and the name is gone. Stopped half-way, a repeat goes on.
 * Throws DomainError `stale`, or `hand_over_first` before anything is changed, naming each org with others in it that
 * would be left without an owner or a platform's top role.
 */
export const eraseMe = async (ctx: Ctx & { readonly vault: Vault }, version: number): Promise<void> => {
  const { user_id } = personOf(ctx);
  const user = await getMe(ctx);
  currentVersion(user, version);
  const memberships = await Array.fromAsync(every((page) => Membership.query.byUser(ctx, { user_id }, page)));
  const orgs = await Org.getMany(
    ctx,
    memberships.map(({ org_id }) => ({ id: org_id })),
    { consistent: true },
  );
  const shared = requireHandedOver(orgs, memberships);
  for (const { id: org_id } of orgs) {
    const erased = { address: await sealAddress(ctx, org_id, user_id, user.email!) };
    await (shared.has(org_id) ? leaveOrg : closeOrg)(ctx, { org_id, user_id, erased });
  }
  for await (const invitation of every((page) => Invitation.query.byEmail(ctx, { email: user.email }, page))) await Invitation.delete(ctx, invitation);
  for await (const session of every((page) => Session.list(ctx, { user_id }, page))) if (!isLive(session, ctx.clock.now())) await Session.delete(ctx, session);
  await eraseAccount(ctx, user_id);
};

const requireHandedOver = (orgs: readonly Org[], memberships: readonly Membership[]): Set<string> => {
  const byOrg = new Map(memberships.map((membership) => [membership.org_id, membership]));
  const shared = orgs.filter((org) => org.members > 1);
  const open = shared.flatMap((org) => {
    const roles = losses(org, byOrg.get(org.id), undefined);
    return roles.length > 0 ? [{ org_id: org.id, name: org.name, roles }] : [];
  });
  if (open.length > 0)
    throw conflict(
      "hand_over_first",
      `Give your role to somebody else first in: ${open.map(({ name, roles }) => `${name} (${roles.join(", ")})`).join("; ")}.`,
      { orgs: open },
    );
  return new Set(shared.map((org) => org.id));
};

const eraseAccount = (ctx: Ctx, user_id: string): Promise<void> =>
  contend(async () => {
    const user = await getMe(ctx);
    const credential = await Credential.get(ctx, user, { consistent: true });
    const writes = [
      ...User.writes.patch(ctx, user, { status: "erased", email: null, full_name: null, erased_at: ctx.clock.now().toISOString() }),
      ...Credential.writes.delete(ctx, credential),
      ...(await liveSessions(ctx, credential)).flatMap((session) => Session.writes.delete(ctx, session)),
      ...emitFor(ctx, user.personal_org_id, UserErased, { user_id }),
    ];
    await transact(ctx, identity, writes, { pattern: "users.erase" });
  });
