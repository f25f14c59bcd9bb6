import type { DataOf } from "../../../events/envelope.ts";
import { ErasePerson } from "../../../events/social/erase-person.v1.ts";
import type { Archive } from "../../kernel/files/archive.ts";
import type { Files } from "../../kernel/files/files.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import type { Metrics } from "../../kernel/metrics.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { every } from "../../kernel/table/every.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { standingOf } from "../archive/standing.ts";
import { withdrawExports } from "../export/withdraw-exports.ts";
import { withdrawImports } from "../import/withdraw-imports.ts";
import { Post } from "../post/post.ts";
import { social } from "../table.ts";
import { eraseArchived } from "./erase-archived.ts";
import { eraseRecords, isShort } from "./erase-records.ts";
import { ERASURES_WAITING } from "./erasure-metrics.ts";
import { PersonErasure } from "./person-erasure.ts";

export type EraseCtx = OrgJobCtx & { readonly archive: Archive; readonly commands: Commands; readonly files: Files; readonly metrics: Metrics };
/** Until months that are on their way are looked at again. */
const MOVING_S = 300;
/** Until what a file had sent before it was taken back is counted. */
const COUNTED_S = 300;
/** An erasure that takes longer waits for something that has to be looked at. */
const LATE_MS = 3 * 86_400_000;
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
    const patch = { platform_user_id: null, searched: null, completed_at: ctx.clock.now().toISOString() };
    await transact(ctx, social, PersonErasure.writes.transition(ctx, erasure, "completed", { patch }), { pattern: "erasures.complete" });
  });

const goOn = (ctx: EraseCtx, { id, created_at }: PersonErasure, delay_s = 0): Promise<void> => {
  if (ctx.clock.now().getTime() - Date.parse(created_at) > LATE_MS) {
    ctx.metrics.count(ERASURES_WAITING);
    ctx.metrics.flush();
    ctx.log.error("erasure waits", { person_erasure_id: id, created_at });
  }
  return ctx.commands.sendEach(ctx, ErasePerson, [{ org_id: ctx.org_id, data: { person_erasure_id: id }, ...(delay_s > 0 ? { delay_s } : {}) }]);
};

const eraseAudienceMember = async (ctx: EraseCtx, id: string): Promise<void> => {
  const erasure = await PersonErasure.get(ctx, { org_id: ctx.org_id, id }, { consistent: true });
  const { status, platform, platform_user_id } = erasure;
  if (status === "completed" || platform_user_id === undefined) return;
  const person = { platform, platform_user_id };
  // First, because what they send is cleared with the rest.
  if (await withdrawImports(ctx, erasure)) return goOn(ctx, erasure, COUNTED_S);
  const standing = await standingOf(ctx);
  if (!(await eraseRecords(ctx, erasure, person))) return goOn(ctx, erasure);
  const searched = await eraseArchived(ctx, erasure, person);
  if (searched === "short") return goOn(ctx, erasure);
  // What was in neither place when it was looked at is met by going through both again.
  if (searched === "moving" || (await standingOf(ctx)) !== standing) {
    await PersonErasure.patch(ctx, erasure, { searched: null });
    return goOn(ctx, erasure, searched === "moving" ? MOVING_S : 0);
  }
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
