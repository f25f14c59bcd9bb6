import type { DataOf } from "../../../events/envelope.ts";
import { ErasePerson } from "../../../events/social/erase-person.v1.ts";
import type { Files } from "../../kernel/files/files.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { every } from "../../kernel/table/every.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { withdrawExports } from "../export/withdraw-exports.ts";
import { Post } from "../post/post.ts";
import { social } from "../table.ts";
import { eraseRecords, isShort } from "./erase-records.ts";
import { PersonErasure } from "./person-erasure.ts";

export type EraseCtx = OrgJobCtx & { readonly commands: Commands; readonly files: Files };
type Order = DataOf<typeof ErasePerson>;

/** Posts that a user made before their account was erased stay, and tell nobody who made them. */
const eraseAuthor = async (ctx: EraseCtx, order: Extract<Order, { user_id: string }>): Promise<void> => {
  const { org_id } = ctx;
  const { user_id, erased_at } = order;
  for await (const { id, created_at } of every((page) => Post.query.byUser(ctx, { org_id, user_id }, page))) {
    if (created_at > erased_at) continue;
    if (isShort(ctx)) return ctx.commands.send(ctx, ErasePerson, org_id, [order]);
    await Post.patch(ctx, { org_id, id }, { user_id: null });
  }
};

const complete = (ctx: EraseCtx, id: string): Promise<void> =>
  contend(async () => {
    const erasure = await PersonErasure.get(ctx, { org_id: ctx.org_id, id }, { consistent: true });
    if (erasure.status === "completed") return;
    const patch = { platform_user_id: null, completed_at: ctx.clock.now().toISOString() };
    await transact(ctx, social, PersonErasure.writes.transition(ctx, erasure, "completed", { patch }), { pattern: "erasures.complete" });
  });

const eraseAudienceMember = async (ctx: EraseCtx, id: string): Promise<void> => {
  const erasure = await PersonErasure.get(ctx, { org_id: ctx.org_id, id }, { consistent: true });
  const { status, platform, platform_user_id } = erasure;
  if (status === "completed" || platform_user_id === undefined) return;
  const person = { platform, platform_user_id };
  if (!(await eraseRecords(ctx, erasure, person))) return ctx.commands.send(ctx, ErasePerson, ctx.org_id, [{ person_erasure_id: id }]);
  // Last, because a file that was begun before may have read what was not cleared yet.
  await withdrawExports(ctx, person);
  await complete(ctx, id);
};

/**
 * Erases a person from the org: a user as the author of posts, or somebody of the audience, of whom the last step forgets
 * who it was. What time does not suffice for goes on in a new message; delivered again it finds nothing left and changes
 * nothing. README, Erasure.
 */
export const erasePerson = (ctx: EraseCtx, order: Order): Promise<void> =>
  "user_id" in order ? eraseAuthor(ctx, order) : eraseAudienceMember(ctx, order.person_erasure_id);
