import * as z from "zod";
import { command } from "../envelope.ts";

const tier = z.enum(["T1", "T2", "T3", "T4"]);
const decision = { submission_id: z.uuid(), member_id: z.uuid().optional(), client_id: z.uuid().optional() };
const assignment = { assignment_id: z.uuid(), submission_id: z.uuid(), supporter_id: z.uuid() };

export const Notify = command(
  "soundcloud.notify.v1",
  "Tell the people whom a fact concerns, each once. `fact` is the event's type without platform and version.",
  z.discriminatedUnion("fact", [
    z.strictObject({ fact: z.literal("submission-approved"), data: z.strictObject(decision) }),
    z.strictObject({ fact: z.literal("submission-rejected"), data: z.strictObject({ ...decision, reason: z.string().optional() }) }),
    z.strictObject({ fact: z.literal("assignment-published"), data: z.strictObject(assignment) }),
    z.strictObject({ fact: z.literal("assignment-completed"), data: z.strictObject(assignment) }),
    z.strictObject({ fact: z.literal("assignment-failed"), data: z.strictObject({ ...assignment, reason: z.string() }) }),
    z.strictObject({ fact: z.literal("assignment-refunded"), data: z.strictObject(assignment) }),
    z.strictObject({ fact: z.literal("queue-published"), data: z.strictObject({ date: z.iso.date(), assignments: z.int() }) }),
    z.strictObject({ fact: z.literal("tier-changed"), data: z.strictObject({ member_id: z.uuid(), from: tier, to: tier }) }),
    z.strictObject({
      fact: z.literal("connection-lost"),
      data: z.strictObject({ member_id: z.uuid(), account_id: z.uuid(), status: z.enum(["reconnect", "disconnected", "error"]) }),
    }),
    z.strictObject({ fact: z.literal("inquiry-received"), data: z.strictObject({ inquiry_id: z.uuid() }) }),
    z.strictObject({ fact: z.literal("complaint-received"), data: z.strictObject({ complaint_id: z.uuid() }) }),
    z.strictObject({
      fact: z.literal("campaign-completed"),
      data: z.strictObject({ campaign_id: z.uuid(), client_id: z.uuid(), goal_reposts: z.int().min(0), verified_reposts: z.int().min(0) }),
    }),
    z.strictObject({
      fact: z.literal("schedule-failed"),
      data: z.strictObject({ schedule_id: z.uuid(), parent_type: z.enum(["campaign", "submission"]), parent_id: z.uuid(), error_message: z.string() }),
    }),
    z.strictObject({
      fact: z.literal("deadline-passed"),
      data: z.strictObject({
        clock: z.enum(["decision", "review", "inactivity", "complaint", "inquiry"]),
        subject_id: z.uuid(),
        episode: z.iso.datetime(),
        due_at: z.iso.datetime(),
      }),
    }),
  ]),
  { fact: "inquiry-received", data: { inquiry_id: "0199b1f0-7c00-7000-8000-000000000024" } },
);
