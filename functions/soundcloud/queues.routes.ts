import * as z from "zod";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { AssignmentView } from "../../shared/soundcloud/queue/assignment-view.ts";
import { AssignmentPatch } from "../../shared/soundcloud/queue/patch-assignment.ts";
import { QueueSlot } from "../../shared/soundcloud/queue/queue-slot.ts";
import { QueueView } from "../../shared/soundcloud/queue/queue-view.ts";
import { AssignmentFilter } from "../../shared/soundcloud/queue/read-assignments.ts";

const everyone = roles("soundcloud", { admin: "all", moderator: "all", member: "own" });
const ops = roles("soundcloud", { admin: "all", moderator: "all" });
const DateParams = z.strictObject({ date: z.iso.date() });
const AssignmentParams = z.strictObject({ assignment_id: z.uuid() });
const queue = { status: 200, body: QueueView } as const;
const assignment = { status: 200, body: AssignmentView } as const;
const reason = z.string().trim().min(1).max(500);

const decision = { invalid_transition: { status: 409, when: "the status does not allow it; `allowed` lists what is possible" } } as const;
const publishing = { queue_publishing: { status: 409, when: "the queue is being published" } } as const;
const published = { not_published: { status: 409, when: "the queue is not published yet" } } as const;

export const queues = resource(
  "soundcloud",
  "queues",
  "The reposts of each UTC day: built, approved and published as a queue, then proven one assignment at a time.",
  {
    listQueues: route({
      method: "GET",
      path: "/soundcloud/queues",
      summary: "List queues, the latest date first",
      description: "Members see published ones.",
      policy: everyone,
      list: true,
      reply: queue,
    }),
    getQueue: route({
      method: "GET",
      path: "/soundcloud/queues/{date}",
      summary: "Read the queue of a day",
      description:
        "`unfilled` names submissions that want more supporters than they get, each with what kept it from the next one. A queue that is not published does not exist for members.",
      policy: everyone,
      params: DateParams,
      reply: queue,
    }),
    buildQueue: route({
      method: "POST",
      path: "/soundcloud/queues/{date}/build",
      summary: "Build the draft queue of a day",
      description: "A job builds it; a draft that is there is replaced as a whole. The daily schedule orders the same for the day after.",
      policy: ops,
      params: DateParams,
      reply: { status: 202, body: z.object({ date: z.iso.date(), status: z.literal("ordered") }) },
      errors: {
        queue_frozen: { status: 409, when: "the queue is approved or published; only swaps change it" },
        date_passed: { status: 422, when: "the day is over" },
      },
      example: { reply: { date: "2026-11-21", status: "ordered" } },
    }),
    approveQueue: route({
      method: "POST",
      path: "/soundcloud/queues/{date}/approve",
      summary: "Approve a queue",
      policy: ops,
      params: DateParams,
      reply: queue,
      errors: { ...decision, date_passed: { status: 422, when: "the day is over in UTC" } },
    }),
    undoApproval: route({
      method: "POST",
      path: "/soundcloud/queues/{date}/undo-approval",
      summary: "Make an approved queue a draft again",
      policy: ops,
      params: DateParams,
      reply: queue,
      errors: { ...decision, ...publishing },
    }),
    publishQueue: route({
      method: "POST",
      path: "/soundcloud/queues/{date}/publish",
      summary: "Publish an approved queue",
      description: "A job reserves the credits of each assignment; the queue turns `published` when all are done. Asking again while it runs changes nothing.",
      policy: ops,
      params: DateParams,
      reply: { status: 202, body: QueueView },
      errors: { ...decision, date_passed: { status: 422, when: "the day is over in UTC" } },
    }),
    listQueueAssignments: route({
      method: "GET",
      path: "/soundcloud/queues/{date}/assignments",
      summary: "List the assignments of a queue by position",
      policy: ops,
      params: DateParams,
      list: true,
      reply: assignment,
    }),
    listEmptySlots: route({
      method: "GET",
      path: "/soundcloud/queues/{date}/empty-slots",
      summary: "List the supporters with empty slots, and why",
      policy: ops,
      params: DateParams,
      list: true,
      reply: { status: 200, body: QueueSlot.api.response },
    }),
    swapSupporter: route({
      method: "POST",
      path: "/soundcloud/queues/{date}/swap",
      summary: "Give an assignment to another supporter",
      description: "Before publication the assignment changes hands. Afterwards it is skipped and a new one takes its place, credits included, in one step.",
      policy: ops,
      params: DateParams,
      idempotent: true,
      body: z.strictObject({ assignment_id: z.uuid(), supporter_id: z.uuid() }),
      reply: assignment,
      errors: {
        swap_conflict: { status: 409, when: "the supporter may not take the track; `reasons` lists why" },
        not_assigned: { status: 409, when: "the assignment was completed, skipped or failed" },
        ...publishing,
        unknown_assignment: { status: 422, when: "`assignment_id` is not in this queue" },
        unknown_member: { status: 422, when: "`supporter_id` names nobody in the org" },
      },
      example: { body: { assignment_id: "0199b1f0-7c00-7000-8000-000000000004", supporter_id: "0199b1f0-7c00-7000-8000-000000000005" } },
    }),
    listAssignments: route({
      method: "GET",
      path: "/soundcloud/queue-assignments",
      summary: "List published assignments",
      description:
        "Of the queue of `date`, today unless given, by position. Members get their own; ops all, those of `supporter_id`, all of `submission_id` whatever the day, or with `review=true` those that wait for a decision.",
      policy: everyone,
      query: AssignmentFilter,
      list: true,
      reply: assignment,
      errors: { filter_for_ops: { status: 403, when: "a member gives submission_id or review" } },
    }),
    getAssignment: route({
      method: "GET",
      path: "/soundcloud/queue-assignments/{assignment_id}",
      summary: "Read an assignment",
      policy: everyone,
      params: AssignmentParams,
      reply: assignment,
    }),
    patchAssignment: route({
      method: "PATCH",
      path: "/soundcloud/queue-assignments/{assignment_id}",
      summary: "Send a proof, or skip: what a supporter changes of an assignment",
      description:
        "`proof_url` as by `…/proof`; `status` to `skipped` with its `skip_reason` as by `…/skip`. Credits, position and parties are nobody's to change.",
      policy: everyone,
      params: AssignmentParams,
      if_match: true,
      body: AssignmentPatch,
      reply: assignment,
      errors: {
        ...published,
        ...decision,
        field_fixed: { status: 403, when: "a field is sent that follows from the queue, the price or the verification" },
        not_assigned: { status: 409, when: "the assignment was completed, skipped or failed" },
        proof_late: { status: 409, when: "`proof_due_at` has passed" },
        not_soundcloud: { status: 422, when: "`proof_url` is no address on SoundCloud" },
      },
      example: { body: { status: "skipped", skip_reason: "On tour this week." } },
    }),
    submitProof: route({
      method: "POST",
      path: "/soundcloud/queue-assignments/{assignment_id}/proof",
      summary: "Send the proof of a repost",
      description:
        "The link is kept; what counts is that SoundCloud lists the supporter among the track's reposters, which a job looks up at once and, if need be, again for a day.",
      policy: everyone,
      params: AssignmentParams,
      body: z.strictObject({ proof_url: z.string().trim().min(1).max(2048) }),
      reply: assignment,
      errors: {
        ...published,
        not_assigned: { status: 409, when: "the assignment was completed, skipped or failed" },
        proof_late: { status: 409, when: "`proof_due_at` has passed" },
        not_soundcloud: { status: 422, when: "`proof_url` is no address on SoundCloud" },
      },
      example: { body: { proof_url: "https://soundcloud.com/night-owl/reposts" } },
    }),
    skipAssignment: route({
      method: "POST",
      path: "/soundcloud/queue-assignments/{assignment_id}/skip",
      summary: "Skip an assignment",
      description: "Releases the credits; the submission wants a supporter again.",
      policy: everyone,
      params: AssignmentParams,
      idempotent: true,
      body: z.strictObject({ reason }),
      reply: assignment,
      errors: { ...published, ...decision },
      example: { body: { reason: "On tour this week." } },
    }),
    verifyAssignment: route({
      method: "POST",
      path: "/soundcloud/queue-assignments/{assignment_id}/verify",
      summary: "Confirm a repost by hand",
      description: "Completes and pays the assignment as if SoundCloud had listed the supporter.",
      policy: ops,
      params: AssignmentParams,
      idempotent: true,
      reply: assignment,
      errors: { ...published, ...decision },
    }),
    failAssignment: route({
      method: "POST",
      path: "/soundcloud/queue-assignments/{assignment_id}/fail",
      summary: "Fail an assignment by hand",
      description: "Releases the credits; the submission wants a supporter again.",
      policy: ops,
      params: AssignmentParams,
      idempotent: true,
      body: z.strictObject({ reason }),
      reply: assignment,
      errors: { ...published, ...decision },
      example: { body: { reason: "The channel was deleted." } },
    }),
  },
);
