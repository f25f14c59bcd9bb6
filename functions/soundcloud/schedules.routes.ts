import * as z from "zod";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { SchedulesInput } from "../../shared/soundcloud/planner/create-schedules.ts";
import { PlannerAccountInput, PlannerAccountView } from "../../shared/soundcloud/planner/planner-account.ts";
import { PlannerEvent, PlannerEventState } from "../../shared/soundcloud/planner/planner-event.ts";
import { ScheduleFilter } from "../../shared/soundcloud/planner/read-schedules.ts";
import { ScheduleView } from "../../shared/soundcloud/planner/schedule.ts";

const ops = roles("soundcloud", { admin: "all", moderator: "all" });
const ScheduleParams = z.strictObject({ schedule_id: z.uuid() });
const schedule = { status: 200, body: ScheduleView } as const;
const decision = { invalid_transition: { status: 409, when: "the status does not allow it; `allowed` lists what is possible" } } as const;

export const schedules = resource(
  "soundcloud",
  "schedules",
  "Reposts planned at Influence Planner for campaigns and submissions, and the org's account there.",
  {
    getPlannerAccount: route({
      method: "GET",
      path: "/soundcloud/influence-planner",
      summary: "Read the org's account at Influence Planner",
      policy: roles("soundcloud", { admin: "all" }),
      reply: { status: 200, body: PlannerAccountView },
      errors: { not_found: { status: 404, when: "none is set" } },
    }),
    setPlannerAccount: route({
      method: "PUT",
      path: "/soundcloud/influence-planner",
      summary: "Set the org's account at Influence Planner",
      description:
        "Replaces it as a whole; the last one counts, so no If-Match is asked. Key and secrets are sealed and never read back. While a secret is replaced, give the new and the old one; call-backs go to `/soundcloud/webhooks/influence-planner/{org_id}`.",
      policy: roles("soundcloud", { admin: "all" }),
      body: PlannerAccountInput,
      reply: { status: 200, body: PlannerAccountView },
      example: { body: { username: "night-shift", api_key: "ip-1234", webhook_secrets: ["whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="] } },
    }),
    createSchedules: route({
      method: "POST",
      path: "/soundcloud/schedules",
      summary: "Plan reposts of a track on members' channels",
      description: "All or none. A job schedules them at Influence Planner, all channels in one request; without `scheduled_at` the time is theirs to pick.",
      policy: ops,
      idempotent: true,
      body: SchedulesInput,
      reply: { status: 202, body: z.object({ items: z.array(ScheduleView) }) },
      errors: {
        target_taken: { status: 409, when: "a member has a schedule for this campaign or submission already" },
        planner_not_set: { status: 422, when: "the org has set no account at Influence Planner" },
        unknown_parent: { status: 422, when: "`parent_id` names nothing of that type in the org" },
        not_open: { status: 422, when: "the campaign is not scheduled or live, or the submission not approved" },
        track_private: { status: 422, when: "the track is no public one" },
        bad_targets: { status: 422, when: "some members cannot be scheduled; `errors` names each with `unknown_member` or `not_linked`" },
      },
      example: {
        body: {
          parent_type: "submission",
          parent_id: "0199b1f0-7c00-7000-8000-000000000003",
          member_ids: ["0199b1f0-7c00-7000-8000-000000000005"],
          scheduled_at: "2026-11-21T18:00:00.000Z",
        },
      },
    }),
    listSchedules: route({
      method: "GET",
      path: "/soundcloud/schedules",
      summary: "List schedules",
      description: "Of one `status`, of one campaign or submission by `parent_id`, or with `needs_attention=true` those that nobody could settle.",
      policy: ops,
      query: ScheduleFilter,
      list: true,
      reply: schedule,
    }),
    getSchedule: route({
      method: "GET",
      path: "/soundcloud/schedules/{schedule_id}",
      summary: "Read a schedule",
      policy: ops,
      params: ScheduleParams,
      reply: schedule,
    }),
    listPlannerEvents: route({
      method: "GET",
      path: "/soundcloud/planner-events",
      summary: "List call-backs about schedules that are not known",
      description: "`parked` ones are looked at again for a week; then they are `expired`, and kept until 30 days after they came.",
      policy: ops,
      query: z.strictObject({ state: PlannerEventState }),
      list: true,
      reply: { status: 200, body: PlannerEvent.api.response },
    }),
    cancelSchedule: route({
      method: "POST",
      path: "/soundcloud/schedules/{schedule_id}/cancel",
      summary: "Cancel a schedule",
      description: "Influence Planner cannot be told: what is planned there already is cancelled by hand at `ip_calendar_url`.",
      policy: ops,
      params: ScheduleParams,
      idempotent: true,
      reply: schedule,
      errors: decision,
    }),
    retrySchedule: route({
      method: "POST",
      path: "/soundcloud/schedules/{schedule_id}/retry",
      summary: "Schedule once more what failed",
      policy: ops,
      params: ScheduleParams,
      idempotent: true,
      reply: schedule,
      errors: decision,
    }),
  },
);
