import * as z from "zod";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { NewSubmission } from "../../shared/soundcloud/submission/create-submission.ts";
import { SubmissionFilter } from "../../shared/soundcloud/submission/read-submissions.ts";
import { SubmissionView } from "../../shared/soundcloud/submission/submission-view.ts";
import { Submission } from "../../shared/soundcloud/submission/submission.ts";

const everyone = roles("soundcloud", { admin: "all", moderator: "all", member: "own" });
const ops = roles("soundcloud", { admin: "all", moderator: "all" });
const Params = z.strictObject({ submission_id: z.uuid() });
const reply = { status: 200, body: SubmissionView } as const;
const decision = { invalid_transition: { status: 409, when: "the status does not allow it; `allowed` lists what is possible" } } as const;
const StateChange = z.object({ from: z.string(), to: z.string(), by: z.string().optional(), at: z.iso.datetime(), reason: z.string().optional() });

export const submissions = resource("soundcloud", "submissions", "Tracks that want support: submitted by members or for clients, decided by ops.", {
  createSubmission: route({
    method: "POST",
    path: "/soundcloud/submissions",
    summary: "Submit a track",
    description:
      "Members submit for themselves; ops name `member_id` or `client_id`. The address may be pasted as it is: it is made canonical, and the token of a private link is sealed.",
    policy: everyone,
    idempotent: true,
    body: NewSubmission,
    reply: { status: 201, body: SubmissionView, location: "/soundcloud/submissions/{id}" },
    errors: {
      field_for_ops: { status: 403, when: "a member sets a field that only ops may set" },
      not_yours: { status: 403, when: "a member names another member" },
      duplicate_submission: { status: 409, when: "the party submitted this track before; `submission_id` names it" },
      member_erased: { status: 409, when: "the member is erased" },
      monthly_limit_reached: { status: 409, when: "the member's submissions of this month are used; `resets_at` says until when" },
      insufficient_credits: { status: 409, when: "the member has no credits to spend" },
      not_soundcloud: { status: 422, when: "`track_url` is no address on SoundCloud" },
      not_a_track: { status: 422, when: "`track_url` is a set or a profile" },
      one_party: { status: 422, when: "not exactly one of `member_id` and `client_id` is given" },
      unknown_party: { status: 422, when: "a member, client or salesperson does not exist" },
      unknown_genre: { status: 422, when: "a genre is not in the org's taxonomy" },
    },
    example: { body: { track_url: "https://soundcloud.com/quiet-choir/light-us", artist_name: "Quiet Choir", family: "Electronic", subgenres: ["House"] } },
  }),
  listSubmissions: route({
    method: "GET",
    path: "/soundcloud/submissions",
    summary: "List submissions",
    description: "By status and date the oldest come first, by party the newest. `overdue=true`: new ones whose decision is late. Members see their own.",
    policy: everyone,
    query: SubmissionFilter,
    list: true,
    reply,
  }),
  getSubmission: route({
    method: "GET",
    path: "/soundcloud/submissions/{submission_id}",
    summary: "Read a submission",
    policy: everyone,
    params: Params,
    reply,
  }),
  patchSubmission: route({
    method: "PATCH",
    path: "/soundcloud/submissions/{submission_id}",
    summary: "Change a submission",
    policy: ops,
    params: Params,
    if_match: true,
    body: Submission.api.patch,
    reply,
    errors: {
      unknown_party: { status: 422, when: "the salesperson does not exist" },
      unknown_genre: { status: 422, when: "a genre is not in the org's taxonomy" },
    },
    example: { body: { target_count: 12, support_date: "2026-12-01", notes: "Label wants it before Friday." } },
  }),
  reviewSubmission: route({
    method: "POST",
    path: "/soundcloud/submissions/{submission_id}/review",
    summary: "Take a submission up for a decision",
    policy: ops,
    params: Params,
    reply,
    errors: decision,
  }),
  approveSubmission: route({
    method: "POST",
    path: "/soundcloud/submissions/{submission_id}/approve",
    summary: "Approve a submission",
    description: "Opens its demand for supporters; the next queue counts it.",
    policy: ops,
    params: Params,
    reply,
    errors: { ...decision, unresolved_track: { status: 409, when: "the address is a set, a profile or an unresolved short link" } },
  }),
  rejectSubmission: route({
    method: "POST",
    path: "/soundcloud/submissions/{submission_id}/reject",
    summary: "Reject a submission, finally",
    policy: ops,
    params: Params,
    body: z.strictObject({ reason: z.string().trim().min(1).max(500).optional() }),
    reply,
    errors: { ...decision, campaign_submission: { status: 409, when: "it carries the demand of a campaign; `campaign_id` names it" } },
    example: { body: { reason: "Not a release of the artist." } },
  }),
  flagSubmission: route({
    method: "POST",
    path: "/soundcloud/submissions/{submission_id}/flag",
    summary: "Flag a submission for quality control",
    policy: ops,
    params: Params,
    body: z.strictObject({ reason: z.string().trim().min(1).max(500) }),
    reply,
    errors: { ...decision, already_supported: { status: 409, when: "supporters were asked already" } },
    example: { body: { reason: "Track is private." } },
  }),
  submissionHistory: route({
    method: "GET",
    path: "/soundcloud/submissions/{submission_id}/history",
    summary: "List the changes of a submission's status",
    policy: ops,
    params: Params,
    list: true,
    reply: { status: 200, body: StateChange },
  }),
});
