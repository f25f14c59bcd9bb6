import * as z from "zod";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { SlackView } from "../../shared/soundcloud/slack/get-slack.ts";

export const slack = resource("soundcloud", "slack", "What ops should know, in the org's channel at Slack; turned on in the settings.", {
  getSlack: route({
    method: "GET",
    path: "/soundcloud/slack",
    summary: "Read how messages to Slack fare",
    description:
      "`last_failure_code` is Slack's own word, for example `channel_is_archived`; `put_off` for a message that Slack put off for a day, `no_answer` for one that it never answered.",
    policy: roles("soundcloud", { admin: "all", moderator: "all" }),
    reply: { status: 200, body: SlackView },
  }),
  testSlack: route({
    method: "POST",
    path: "/soundcloud/slack/test",
    summary: "Send a test message to Slack",
    description: "A job posts it like every other message; `GET /soundcloud/slack` tells what became of it.",
    policy: roles("soundcloud", { admin: "all" }),
    rate_limit: { by: "org", max: 60, per_seconds: 3600 },
    reply: { status: 202, body: z.object({ message_id: z.uuid(), status: z.literal("ordered") }) },
    errors: { slack_off: { status: 422, when: "Slack is turned off or has no webhook" } },
    example: { reply: { message_id: "0199b1f0-7c00-7000-8000-000000000031", status: "ordered" } },
  }),
});
