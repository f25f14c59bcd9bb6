import { ApplyPlannerEvent } from "../../../events/soundcloud/apply-planner-event.v1.ts";
import { CreateSchedules } from "../../../events/soundcloud/create-schedules.v1.ts";
import { VerifySchedules } from "../../../events/soundcloud/verify-schedules.v1.ts";
import { isDomainError } from "../../kernel/errors.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import { type Outcome, mapOk, ok, permanent } from "../../kernel/outcome.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { every } from "../../kernel/table/every.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { Campaign } from "../campaign/campaign.ts";
import { Member } from "../member/member.ts";
import { findReposters } from "../queue/find-reposters.ts";
import { LOOK_MS, isOutage } from "../queue/verify-waiting.ts";
import { type ResolveCtx, withTrackUrn } from "../submission/resolve-track.ts";
import { Submission } from "../submission/submission.ts";
import { soundcloud } from "../table.ts";
import { completionWrites } from "./apply-planner-event.ts";
import { PlannerEvent } from "./planner-event.ts";
import { Schedule } from "./schedule.ts";

const HOUR_MS = 3_600_000;
const EVERY_MS = 6 * HOUR_MS;
/** Three days of looks; then ops decide. */
const MOST_LOOKS = 12;
const PARKED_MS = 7 * 24 * HOUR_MS;

export type VerifyCtx = OrgJobCtx & ResolveCtx & { readonly commands: Commands };

/** The URN of the track that a schedule is about. */
const trackUrnOf = async (ctx: VerifyCtx, { parent_type, parent_id, track_url }: Schedule): Promise<Outcome<string>> => {
  const key = { org_id: ctx.org_id, id: parent_id };
  if (parent_type === "submission") return mapOk(await withTrackUrn(ctx, await Submission.get(ctx, key)), ({ track_urn }) => track_urn);
  const { track_urn } = await Campaign.get(ctx, key);
  if (track_urn !== undefined) return ok(track_urn);
  const found = await ctx.soundcloud.resolve(track_url);
  if (found.kind !== "ok") return found;
  return found.value.kind === "track" ? ok(found.value.urn) : permanent("not_a_track", "The address leads to no track.");
};

/** SoundCloud lists the channel: the schedule is completed, whatever call-back was lost. */
const complete = (ctx: VerifyCtx, { org_id, id, target_handle }: Schedule): Promise<void> =>
  contend(async () => {
    const key = { org_id, id };
    let schedule = await Schedule.get(ctx, key, { consistent: true });
    if (schedule.status === "pending") {
      const writes = Schedule.writes.transition(ctx, schedule, "scheduled", { patch: { sent_at: null, awaited_key: null, error_message: null } });
      await transact(ctx, soundcloud, writes, { pattern: "schedules.adopt" });
      schedule = await Schedule.get(ctx, key, { consistent: true });
    }
    if (schedule.status !== "scheduled") return;
    const completed_at = ctx.clock.now().toISOString();
    const proof = { completed_at, proof_url: `https://soundcloud.com/${encodeURIComponent(target_handle)}/reposts`, verified_by: "soundcloud" as const };
    await transact(ctx, soundcloud, await completionWrites(ctx, schedule, proof), { pattern: "schedules.verify" });
  });

const putOff = async (ctx: VerifyCtx, { org_id, id, check_attempts, version }: Schedule): Promise<void> => {
  const now = ctx.clock.now().getTime();
  const isLast = check_attempts + 1 >= MOST_LOOKS;
  const patch = { check: isLast ? ("review" as const) : ("verify" as const), check_attempts: check_attempts + 1 };
  try {
    await Schedule.patch(ctx, { org_id, id }, { ...patch, check_at: new Date(isLast ? now : now + EVERY_MS).toISOString() }, { version });
  } catch (error) {
    // A call-back came in between; the schedule has its own next look, or none.
    if (!isDomainError(error, "stale")) throw error;
  }
};

/** One reading of a track's reposters for all schedules of its parent; false while SoundCloud is out of reach. */
const verifyGroup = async (ctx: VerifyCtx, schedules: readonly Schedule[]): Promise<boolean> => {
  const urn = await trackUrnOf(ctx, schedules[0]!);
  if (isOutage(urn)) return false;
  const members = await Member.getMany(
    ctx,
    schedules.map(({ org_id, member_id }) => ({ org_id, id: member_id })),
  );
  const found = urn.kind === "ok" ? await findReposters(ctx.soundcloud, urn.value, members) : urn;
  if (isOutage(found)) return false;
  for (const schedule of schedules)
    if (found.kind === "ok" && found.value.urn.has(schedule.member_id)) await complete(ctx, schedule);
    else await putOff(ctx, schedule);
  return true;
};

const due = (ctx: VerifyCtx, check: "create" | "verify", until: string): Promise<Schedule[]> =>
  Array.fromAsync(every((page) => Schedule.query.due(ctx, { org_id: ctx.org_id, check }, { ...page, to: { check_at: until } })));

/** Orders what an order was lost for. */
const orderLost = async (ctx: VerifyCtx, until: string): Promise<void> => {
  const parents = new Set((await due(ctx, "create", until)).map(({ parent_id }) => parent_id));
  await ctx.commands.send(
    ctx,
    CreateSchedules,
    ctx.org_id,
    [...parents].map((parent_id) => ({ parent_id })),
  );
};

/** Events that wait are applied anew; what nobody has known for a week is put aside, for ops to see. */
const reapply = async (ctx: VerifyCtx): Promise<void> => {
  const now = ctx.clock.now().getTime();
  const listed = (state: PlannerEvent["state"], to_ms: number): AsyncGenerator<PlannerEvent> =>
    every((page) => PlannerEvent.query.byState(ctx, { org_id: ctx.org_id, state }, { ...page, to: { received_at: new Date(to_ms).toISOString() } }));
  for await (const { org_id, id } of listed("parked", now - PARKED_MS)) await PlannerEvent.patch(ctx, { org_id, id }, { state: "expired" });
  const waiting = [...(await Array.fromAsync(listed("received", now - HOUR_MS))), ...(await Array.fromAsync(listed("parked", now)))];
  await ctx.commands.send(
    ctx,
    ApplyPlannerEvent,
    ctx.org_id,
    waiting.filter(({ received_at }) => now - Date.parse(received_at) < PARKED_MS).map(({ id }) => ({ event_id: id })),
  );
};

/**
 * Looks at every schedule of the org that is due: what SoundCloud shows is completed with its proof, which repairs lost
 * call-backs and unknown outcomes; the rest is looked at again after six hours, for three days, and then by ops. Throws at
 * the end when something broke on the way. README, Schedules.
 */
export const verifySchedules = async (ctx: VerifyCtx, { due_until }: { due_until: string }): Promise<void> => {
  const now = ctx.clock.now().toISOString();
  const until = due_until < now ? due_until : now;
  await orderLost(ctx, until);
  await reapply(ctx);
  const failures: unknown[] = [];
  for (const [, schedules] of Map.groupBy(await due(ctx, "verify", until), ({ parent_id }) => parent_id)) {
    if (ctx.remaining_ms() < LOOK_MS) {
      await ctx.commands.send(ctx, VerifySchedules, ctx.org_id, [{ due_until }]);
      break;
    }
    try {
      if (await verifyGroup(ctx, schedules)) continue;
      ctx.log.warn("SoundCloud is out of reach; schedules wait for the next run");
      break;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} verifications of schedules failed.`);
};
