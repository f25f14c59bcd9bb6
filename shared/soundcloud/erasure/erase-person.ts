import type { ErasePerson } from "../../../events/soundcloud/erase-person.v1.ts";
import type { DataOf } from "../../../events/envelope.ts";
import { openAddress } from "../../identity/user/sealed-address.ts";
import type { Vault } from "../../kernel/crypto/vault.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { withdrawExports } from "../export/withdraw-exports.ts";
import { Member } from "../member/member.ts";
import { soundcloud } from "../table.ts";
import { eraseMember } from "./erase-member.ts";
import { eraseInboxOf } from "./erase-inbox.ts";
import { eraseRequestsOf } from "./erase-requests.ts";
import { takeFromRows } from "./erase-rows.ts";
import type { EraseCtx } from "./erasure.ts";
import { orderErasure } from "./order-erasure.ts";

/**
 * Another user acts as this member, who is somebody else then: only the address is taken from it, from rows of files and from exports.
 * The member goes last: without its address it is not found again.
 */
const takeAddress = async (ctx: EraseCtx, member_id: string, address: string): Promise<void> => {
  await takeFromRows(ctx, address);
  await withdrawExports(ctx, member_id);
  await contend(async () => {
    const member = await Member.get(ctx, { org_id: ctx.org_id, id: member_id }, { consistent: true });
    const emails = member.emails.filter((email) => email !== address);
    const patch = { emails, ...(member.primary_email === address ? { primary_email: null } : {}) };
    await transact(ctx, soundcloud, Member.writes.patch(ctx, member, patch), { pattern: "members.takeAddress" });
  });
};

type Person = Extract<DataOf<typeof ErasePerson>, { user_id: string }>;

/**
 * What was asked for under the person's address, and the member whom the person was: the one matched to the user, else the
 * one with the address. Nothing happens where there is none, nor to a member made after the erasure: a late or repeated message would erase whoever came back. The matched
 * member goes last: once it is erased nothing tells that the one with the address is another.
 */
const orderFor = async (ctx: EraseCtx & { readonly vault: Vault }, { user_id, address: sealed, erased_at }: Person): Promise<void> => {
  const { org_id } = ctx;
  const address = await openAddress(ctx, org_id, user_id, sealed);
  await eraseRequestsOf(ctx, address, erased_at);
  await eraseInboxOf(ctx, user_id);
  const [byUser, byAddress] = await Promise.all([Member.by.user(ctx, { org_id, user_id }), Member.by.email(ctx, { org_id, emails: address })]);
  const [matched, named] = [byUser, byAddress].map((member) => (member && member.created_at <= erased_at ? member : undefined));
  if (named && named.id !== matched?.id) {
    if (named.user_id !== undefined || matched) await takeAddress(ctx, named.id, address);
    else await orderErasure(ctx, named.id);
  }
  if (matched) await orderErasure(ctx, matched.id);
};

/**
 * Erases a person from the org. A person is looked for and the erasure of the member ordered; an ordered erasure is carried
 * out. Delivered again, a person is not found any more and a member has nothing left: it changes nothing.
 */
export const erasePerson = (ctx: EraseCtx & { readonly vault: Vault }, order: DataOf<typeof ErasePerson>): Promise<void> =>
  "user_id" in order ? orderFor(ctx, order) : eraseMember(ctx, order);
