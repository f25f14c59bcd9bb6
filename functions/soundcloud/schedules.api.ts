import { authenticate } from "../../shared/identity/authenticate.ts";
import { openVault } from "../../shared/kernel/crypto/kms.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { createSchedules } from "../../shared/soundcloud/planner/create-schedules.ts";
import { cancelSchedule, retrySchedule } from "../../shared/soundcloud/planner/decide-schedule.ts";
import { PlannerAccount, presentPlannerAccount } from "../../shared/soundcloud/planner/planner-account.ts";
import { PlannerEvent } from "../../shared/soundcloud/planner/planner-event.ts";
import { listSchedules } from "../../shared/soundcloud/planner/read-schedules.ts";
import { Schedule, presentSchedule } from "../../shared/soundcloud/planner/schedule.ts";
import { setPlannerAccount } from "../../shared/soundcloud/planner/set-planner-account.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { schedules } from "./schedules.routes.ts";

export const schedulesApi = api(
  schedules,
  { records: soundcloudSystem.idempotency, ports: { vault: (boot) => openVault(boot) } },
  {
    getPlannerAccount: async (ctx) => presentPlannerAccount(await PlannerAccount.get(ctx, { org_id: ctx.org_id })),
    setPlannerAccount: async (ctx, { body }) => presentPlannerAccount(await setPlannerAccount(ctx, body)),
    createSchedules: {
      run: (ctx, { body }) => createSchedules(ctx, body),
      present: async (_ctx, made: Schedule[]) => ({ items: made.map(presentSchedule) }),
    },
    listSchedules: (ctx, { query, page }) => listSchedules(ctx, query, page),
    getSchedule: async (ctx, { params }) => presentSchedule(await Schedule.get(ctx, { org_id: ctx.org_id, id: params.schedule_id })),
    listPlannerEvents: (ctx, { query, page }) => PlannerEvent.query.byState(ctx, { org_id: ctx.org_id, state: query.state }, page),
    cancelSchedule: {
      run: (ctx, { params }) => cancelSchedule(ctx, params.schedule_id),
      present: async (_ctx, schedule: Schedule) => presentSchedule(schedule),
    },
    retrySchedule: {
      run: (ctx, { params }) => retrySchedule(ctx, params.schedule_id),
      present: async (_ctx, schedule: Schedule) => presentSchedule(schedule),
    },
  },
);
export const handler = onLambda(schedulesApi, authenticate);
