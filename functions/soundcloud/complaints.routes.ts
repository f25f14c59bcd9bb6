import * as z from "zod";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { StateChange } from "../../shared/kernel/table/states.ts";
import { NewComplaint } from "../../shared/soundcloud/complaint/create-complaint.ts";
import { ComplaintFilter } from "../../shared/soundcloud/complaint/list-complaints.ts";
import { ComplaintPatch } from "../../shared/soundcloud/complaint/patch-complaint.ts";
import { ComplaintView } from "../../shared/soundcloud/complaint/present-complaint.ts";

const ops = roles("soundcloud", { admin: "all", moderator: "all" });
const ComplaintParams = z.strictObject({ complaint_id: z.uuid() });
const reply = { status: 200, body: ComplaintView } as const;
const erased = { complaint_erased: { status: 409, when: "the person was erased" } } as const;
const moves = { ...erased, invalid_transition: { status: 409, when: "the status does not allow it; `allowed` lists what is possible" } } as const;

export const complaints = resource("soundcloud", "complaints", "What people complain about: acknowledged at once, worked off by ops, the oldest first.", {
  createComplaint: route({
    method: "POST",
    path: "/soundcloud/complaints",
    summary: "Take a complaint down and acknowledge it",
    policy: ops,
    idempotent: true,
    body: NewComplaint,
    reply: { status: 201, body: ComplaintView, location: "/soundcloud/complaints/{id}" },
    example: { body: { email: "hello@neon-nights.example", song_url: "https://soundcloud.com/neon-nights/dawn", notes: "The repost was taken down." } },
  }),
  listComplaints: route({
    method: "GET",
    path: "/soundcloud/complaints",
    summary: "List complaints",
    description: "Without a filter the open ones by age, the oldest first; with `status` or `email`, by the time they were made.",
    policy: ops,
    query: ComplaintFilter,
    list: true,
    reply,
  }),
  getComplaint: route({
    method: "GET",
    path: "/soundcloud/complaints/{complaint_id}",
    summary: "Read a complaint",
    policy: ops,
    params: ComplaintParams,
    reply,
  }),
  patchComplaint: route({
    method: "PATCH",
    path: "/soundcloud/complaints/{complaint_id}",
    summary: "Change a complaint",
    policy: ops,
    params: ComplaintParams,
    if_match: true,
    body: ComplaintPatch,
    reply,
    errors: erased,
    example: { body: { notes: "Asked the supporter to repost again." } },
  }),
  takeUpComplaint: route({
    method: "POST",
    path: "/soundcloud/complaints/{complaint_id}/take-up",
    summary: "Take a complaint up, or a finished one up again",
    description: "Whoever takes up one without an owner becomes its owner.",
    policy: ops,
    params: ComplaintParams,
    reply,
    errors: moves,
  }),
  finishComplaint: route({
    method: "POST",
    path: "/soundcloud/complaints/{complaint_id}/finish",
    summary: "Finish a complaint",
    policy: ops,
    params: ComplaintParams,
    reply,
    errors: moves,
  }),
  complaintHistory: route({
    method: "GET",
    path: "/soundcloud/complaints/{complaint_id}/history",
    summary: "List the changes of a complaint's status",
    policy: ops,
    params: ComplaintParams,
    list: true,
    reply: { status: 200, body: StateChange },
  }),
});
