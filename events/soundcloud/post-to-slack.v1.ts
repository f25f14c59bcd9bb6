import * as z from "zod";
import { command } from "../envelope.ts";

export const PostToSlack = command(
  "soundcloud.post-to-slack.v1",
  "Post a fact, or a test, to the org's channel at Slack, once per message id. `fact` is the event's type without platform and version.",
  z.discriminatedUnion("fact", [
    z.strictObject({ fact: z.literal("test"), data: z.strictObject({}) }),
    z.strictObject({ fact: z.literal("inquiry-received"), data: z.strictObject({ inquiry_id: z.uuid() }) }),
    z.strictObject({ fact: z.literal("complaint-received"), data: z.strictObject({ complaint_id: z.uuid() }) }),
    z.strictObject({
      fact: z.literal("deadline-passed"),
      data: z.strictObject({
        clock: z.enum(["decision", "review", "inactivity", "complaint", "inquiry"]),
        subject_id: z.uuid(),
        episode: z.iso.datetime(),
        due_at: z.iso.datetime(),
      }),
    }),
    z.strictObject({
      fact: z.literal("schedule-failed"),
      data: z.strictObject({ schedule_id: z.uuid(), parent_type: z.enum(["campaign", "submission"]), parent_id: z.uuid(), error_message: z.string() }),
    }),
    z.strictObject({
      fact: z.literal("campaign-completed"),
      data: z.strictObject({ campaign_id: z.uuid(), client_id: z.uuid(), goal_reposts: z.int().min(0), verified_reposts: z.int().min(0) }),
    }),
    z.strictObject({ fact: z.literal("queue-published"), data: z.strictObject({ date: z.iso.date(), assignments: z.int() }) }),
  ]),
  { fact: "inquiry-received", data: { inquiry_id: "0199b1f0-7c00-7000-8000-000000000024" } },
);
