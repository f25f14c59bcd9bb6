import { CreateSchedules } from "../../../events/soundcloud/create-schedules.v1.ts";
import { ScheduleFailed } from "../../../events/soundcloud/schedule-failed.v1.ts";
import type { Vault } from "../../kernel/crypto/vault.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { isDomainError } from "../../kernel/errors.ts";
import { countInWindow } from "../../kernel/http/rate-limit.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import type { Outcome } from "../../kernel/outcome.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { every } from "../../kernel/table/every.ts";
import { type Write, contend, transact } from "../../kernel/table/table.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import { type Planned, type PlannerClient, type PlannerCredentials, requireFound } from "./influence-planner.client.ts";
import { type Change, plannedWrites } from "./planned-writes.ts";
import { plannerCredentials } from "./planner-secrets.ts";
import { Schedule, awaitedKey } from "./schedule.ts";

/** Of each account, by all functions together. */
const PER_MINUTE = { max: 30, per_seconds: 60 };
/** After each definite refusal; after the last the schedule has failed. */
const RETRY_MINUTES = [1, 2, 4, 8, 16];
/** A queue holds a message back this long at most; it comes early then, and is held back again. */
const LONGEST_DELAY_S = 900;
const SOONEST_S = 30;
/** One transaction changes each of them with its history and the rows of its unique values, and their parent: 97 writes. */
const MOST_IN_GROUP = 24;
/** A call may take ten seconds. */
const CALL_MS = 20_000;
const HOUR_MS = 3_600_000;
const MESSAGE_LENGTH = 500;

export type SendCtx = OrgJobCtx & { readonly vault: Vault; readonly planner: PlannerClient; readonly commands: Commands };

/** A schedule whose channel Influence Planner knows by this name. */
type Named = Schedule & { readonly target_user_id: string };

const isWaiting = ({ status, sent_at }: Schedule): boolean => status === "pending" && sent_at === undefined;

/** What waits of one parent, as it is stored now. */
const waitingOf = async (ctx: SendCtx, parent_id: string): Promise<Schedule[]> => {
  const listed = await Array.fromAsync(every((page) => Schedule.query.byParent(ctx, { org_id: ctx.org_id, parent_id }, page)));
  return (await Schedule.getMany(ctx, listed.filter(isWaiting), { consistent: true })).filter(isWaiting);
};

/** What one run has come to know: with the minute's requests used up nothing more is asked, and the order comes again after it. */
interface Run {
  held_s: number;
}

const mayAsk = async (ctx: SendCtx, run: Run): Promise<boolean> => {
  if (run.held_s > 0) return false;
  const { taken, resets_s } = await countInWindow(ctx, soundcloud.id, `${ctx.org_id}#influence-planner`, PER_MINUTE);
  if (!taken) run.held_s = resets_s;
  return taken;
};

/** False when another delivery has changed one of them in between: it goes on with them. */
const unlessChanged = async (ctx: SendCtx, writes: readonly Write[], pattern: string): Promise<boolean> => {
  try {
    await transact(ctx, soundcloud, writes, { pattern });
    return true;
  } catch (error) {
    if (isDomainError(error, "concurrent_change") || isDomainError(error, "awaited_taken")) return false;
    throw error;
  }
};

/** A definite refusal: later again, five times, then failed. */
const refusalWrites = (ctx: SendCtx, schedule: Schedule, detail: string): Write[] => {
  const minutes = RETRY_MINUTES[schedule.retry_count];
  const answered = { sent_at: null, awaited_key: null, error_message: detail.slice(0, MESSAGE_LENGTH) };
  if (minutes !== undefined) {
    const check_at = new Date(ctx.clock.now().getTime() + minutes * 60_000).toISOString();
    return Schedule.writes.patch(ctx, schedule, { ...answered, retry_count: schedule.retry_count + 1, check: "create", check_at });
  }
  return failureWrites(ctx, schedule, detail, answered);
};

/** It failed for good, as far as we know, and whoever looks after the parent is told. */
export const failureWrites = (
  ctx: OrgCtx,
  schedule: Schedule,
  detail: string,
  more: { readonly sent_at?: null; readonly awaited_key?: null } = {},
): Write[] => {
  const error_message = detail.slice(0, MESSAGE_LENGTH);
  const { id: schedule_id, parent_type, parent_id } = schedule;
  return [
    ...Schedule.writes.transition(ctx, schedule, "failed", { patch: { ...more, error_message, check: null, check_at: null }, reason: error_message }),
    ...soundcloudSystem.emit(ctx, ScheduleFailed, { schedule_id, parent_type, parent_id, error_message }),
  ];
};

/** What a schedule becomes once Influence Planner has it. */
export const scheduledPatch = (
  ctx: { readonly clock: OrgJobCtx["clock"] },
  schedule: Schedule,
  planned: { readonly ip_schedule_id?: string | undefined; readonly calendar_url?: string },
) => {
  const due = Math.max(Date.parse(schedule.scheduled_at ?? ""), ctx.clock.now().getTime()) || ctx.clock.now().getTime();
  return {
    ...(planned.ip_schedule_id === undefined ? {} : { ip_schedule_id: planned.ip_schedule_id }),
    ...(planned.calendar_url === undefined ? {} : { ip_calendar_url: planned.calendar_url }),
    sent_at: null,
    awaited_key: null,
    error_message: null,
    check: "verify" as const,
    check_at: new Date(due + HOUR_MS).toISOString(),
    check_attempts: 0,
  };
};

const answerWrites = (ctx: SendCtx, schedule: Schedule, answer: Outcome<Planned>): Write[] => {
  switch (answer.kind) {
    case "ok":
      return Schedule.writes.transition(ctx, schedule, "scheduled", { patch: scheduledPatch(ctx, schedule, answer.value) });
    case "unknown_outcome":
      return Schedule.writes.patch(ctx, schedule, { error_message: answer.detail.slice(0, MESSAGE_LENGTH) });
    case "retry_later":
      return refusalWrites(ctx, schedule, answer.reason);
    case "auth_expired":
      return refusalWrites(ctx, schedule, "Influence Planner does not accept the org's credentials.");
    case "permanent":
      return refusalWrites(ctx, schedule, answer.detail);
  }
};

/** What an answer changes of the schedules, as their parent is told. */
const changeBy = (schedule: Schedule, answer: Outcome<Planned>): Change[] => {
  if (answer.kind === "unknown_outcome") return [];
  if (answer.kind === "ok") {
    const { ip_schedule_id, calendar_url: ip_calendar_url } = answer.value;
    return [{ from: schedule, to: { ...schedule, status: "scheduled", ip_schedule_id, ip_calendar_url } }];
  }
  return RETRY_MINUTES[schedule.retry_count] === undefined ? [{ from: schedule, to: { ...schedule, status: "failed" } }] : [];
};

/** Stores an answer about schedules of one parent that wait for it by then, with what the parent keeps of it. */
const storeAnswer = (ctx: SendCtx, group: readonly Schedule[], answer: Outcome<Planned>, waits: (schedule: Schedule) => boolean): Promise<void> =>
  contend(async () => {
    // A call-back may have told the same in between; then it stands.
    const waiting = (await Schedule.getMany(ctx, group, { consistent: true })).filter(waits);
    if (waiting.length === 0) return;
    const planned = await plannedWrites(
      ctx,
      waiting[0]!,
      waiting.flatMap((schedule) => changeBy(schedule, answer)),
    );
    const answered = waiting.flatMap((schedule) => answerWrites(ctx, schedule, answer));
    await transact(ctx, soundcloud, [...answered, ...planned], { pattern: "schedules.answer" });
  });

/**
 * One request for all of a group. It is noted before it is sent, so that whoever comes after a lost answer, or after us,
 * sees that the outcome is unknown and does not ask again.
 */
const sendGroup = async (ctx: SendCtx, run: Run, credentials: PlannerCredentials, group: readonly Named[]): Promise<void> => {
  const { track_url, scheduled_at, parent_id } = group[0]!;
  if (!(await mayAsk(ctx, run))) return;
  const now = ctx.clock.now();
  const due = Math.max(Date.parse(scheduled_at ?? ""), now.getTime()) || now.getTime();
  const noted = group.flatMap((schedule) =>
    Schedule.writes.patch(ctx, schedule, {
      target_user_id: schedule.target_user_id,
      sent_at: now.toISOString(),
      awaited_key: awaitedKey(track_url, schedule.target_user_id),
      check: "verify",
      check_at: new Date(due + HOUR_MS).toISOString(),
      check_attempts: 0,
    }),
  );
  if (!(await unlessChanged(ctx, noted, "schedules.noteSending"))) return;
  const targets = group.map(({ target_user_id }) => target_user_id);
  const answer = await ctx.planner.create(credentials, { track_url, targets, date: scheduled_at });
  if (answer.kind === "unknown_outcome") ctx.log.warn("the outcome of a create at Influence Planner is unknown", { parent_id, detail: answer.detail });
  await storeAnswer(ctx, group, answer, ({ status, sent_at }) => status === "pending" && sent_at !== undefined);
};

/** The schedules whose channel has a name at Influence Planner; it is looked up where SoundCloud did not tell it. */
const named = async (ctx: SendCtx, run: Run, credentials: PlannerCredentials, schedules: readonly Schedule[]): Promise<Named[]> => {
  const found: Named[] = [];
  for (const schedule of schedules) {
    if (schedule.target_user_id !== undefined) {
      found.push({ ...schedule, target_user_id: schedule.target_user_id });
      continue;
    }
    if (ctx.remaining_ms() < CALL_MS || !(await mayAsk(ctx, run))) break;
    const answer = requireFound(await ctx.planner.findMember(credentials, schedule.target_handle));
    if (answer.kind === "ok") found.push({ ...schedule, target_user_id: answer.value.user_id });
    else await storeAnswer(ctx, [schedule], answer as Outcome<Planned>, ({ status, version }) => status === "pending" && version === schedule.version);
  }
  return found;
};

const chunks = <T>(list: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(list.length / MOST_IN_GROUP) }, (_, n) => list.slice(n * MOST_IN_GROUP, (n + 1) * MOST_IN_GROUP));

/** Orders another look at what is refused and not due yet, or was put off. */
const orderAgain = async (ctx: SendCtx, { held_s }: Run, parent_id: string): Promise<void> => {
  const times = (await waitingOf(ctx, parent_id)).map(({ check_at }) => Date.parse(check_at ?? ""));
  if (times.length === 0) return;
  const wait_s = Math.ceil((Math.min(...times) - ctx.clock.now().getTime()) / 1000);
  const delay_s = Math.min(Math.max(wait_s, held_s, SOONEST_S), LONGEST_DELAY_S);
  await ctx.commands.sendEach(ctx, CreateSchedules, [{ org_id: ctx.org_id, data: { parent_id }, delay_s }]);
};

/**
 * Schedules at Influence Planner what waits for it of one campaign or submission, in one request for all channels of one
 * time. What it refuses is tried again after 1, 2, 4, 8 and 16 minutes, then failed; what it may or may not have done is
 * left to its call-backs and to the verification. README, Schedules.
 */
export const sendSchedules = async (ctx: SendCtx, parent_id: string): Promise<void> => {
  const now = ctx.clock.now().toISOString();
  const run: Run = { held_s: 0 };
  const due = (await waitingOf(ctx, parent_id)).filter(({ check_at }) => check_at !== undefined && check_at <= now);
  const credentials = due.length === 0 ? undefined : await plannerCredentials(ctx);
  if (credentials) {
    const groups = [...Map.groupBy(await named(ctx, run, credentials, due), ({ scheduled_at, track_url }) => `${scheduled_at}\n${track_url}`).values()].flatMap(
      chunks,
    );
    for (const group of groups) if (ctx.remaining_ms() >= CALL_MS) await sendGroup(ctx, run, credentials, group);
  }
  await orderAgain(ctx, run, parent_id);
};
