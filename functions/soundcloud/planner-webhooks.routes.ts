import * as z from "zod";
import { resource, route, signedBy } from "../../shared/kernel/http/route.ts";
import { PlannerMessage } from "../../shared/soundcloud/planner/receive-planner-event.ts";

export const plannerWebhooks = resource("soundcloud", "planner-webhooks", "Where Influence Planner calls back.", {
  receivePlannerEvent: route({
    method: "POST",
    path: "/soundcloud/webhooks/influence-planner/{org_id}",
    summary: "Take a call-back of Influence Planner",
    description:
      "`schedule.scheduled`, `schedule.completed`, `schedule.failed` and `schedule.cancelled` are applied by a job, in whatever order they come; other types are ignored.",
    policy: signedBy("influence-planner", "path"),
    params: z.strictObject({ org_id: z.uuid() }),
    body: PlannerMessage,
    max_body: 20_000,
    reply: { status: 204, body: null },
    example: {
      body: {
        type: "schedule.completed",
        timestamp: "2026-11-21T18:00:02.000Z",
        data: {
          schedule_id: "80808ba8-c347-45ed-b878-f3f5c802ed2b",
          target_user_id: "SOUNDCLOUD-USER-1234",
          media_url: "https://soundcloud.com/jane/neon-nights",
          performed_at: "2026-11-21T18:00:00.000Z",
          proof_url: "https://soundcloud.com/john-doe/reposts",
        },
      },
    },
  }),
});
