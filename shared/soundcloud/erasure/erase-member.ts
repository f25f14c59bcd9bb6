import { ErasePerson } from "../../../events/soundcloud/erase-person.v1.ts";
import { withdrawExports } from "../export/withdraw-exports.ts";
import { Member } from "../member/member.ts";
import { eraseFromQueues, eraseSubmissions, eraseSupport } from "./erase-activity.ts";
import { eraseInbox } from "./erase-inbox.ts";
import { clearFollowers, clearLists, clearNotes, leaveAvoidLists } from "./erase-lists.ts";
import { eraseMails } from "./erase-mails.ts";
import { eraseRequests } from "./erase-requests.ts";
import { eraseRows } from "./erase-rows.ts";
import { eraseSchedules } from "./erase-schedules.ts";
import type { EraseCtx, Erasure, Progress } from "./erasure.ts";

/** In this order: what could still become something new comes first. Each returns where it stopped for want of time; undefined when done. */
const steps: readonly ((ctx: EraseCtx, erasure: Erasure) => Promise<Progress | undefined>)[] = [
  eraseSupport,
  eraseSubmissions,
  eraseSchedules,
  clearLists,
  clearFollowers,
  leaveAvoidLists,
  clearNotes,
  eraseRequests,
  eraseMails,
  eraseInbox,
  eraseFromQueues,
  eraseRows,
];

/**
 * Clears what an erased member left, in many small transactions, each of which finds what is done done: it can be stopped
 * anywhere and started again, and goes on in a new message when time runs out. The last one forgets what it was looking
 * for. README, Erasure.
 */
export const eraseMember = async (ctx: EraseCtx, { member_id, from = {} }: { member_id: string; from?: Progress | undefined }): Promise<void> => {
  const key = { org_id: ctx.org_id, id: member_id };
  const member = await Member.get(ctx, key, { consistent: true });
  if (!member.erasing) return ctx.log.info("nothing to erase", { member_id, erased: member.erased_at !== undefined });
  for (const step of steps) {
    const stopped = await step(ctx, { member, texts: member.erasing, from });
    if (stopped) return ctx.commands.send(ctx, ErasePerson, ctx.org_id, [{ member_id, from: { ...from, ...stopped } }]);
  }
  // Last, because what was begun before may have read what was not cleared yet.
  await withdrawExports(ctx, member_id);
  // A verification that was under way when the erasure was ordered writes the URN with the repost that it saw.
  await Member.patch(ctx, key, { erasing: null, soundcloud_urn: null });
};
