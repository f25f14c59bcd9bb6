import * as z from "zod";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { StateChange } from "../../shared/kernel/table/states.ts";
import { Admission } from "../../shared/soundcloud/inquiry/admit-inquiry.ts";
import { NewInquiry } from "../../shared/soundcloud/inquiry/create-inquiry.ts";
import { Inquiry } from "../../shared/soundcloud/inquiry/inquiry.ts";
import { InquiryFilter } from "../../shared/soundcloud/inquiry/list-inquiries.ts";
import { InquiryPatch } from "../../shared/soundcloud/inquiry/patch-inquiry.ts";

const ops = roles("soundcloud", { admin: "all", moderator: "all" });
const InquiryParams = z.strictObject({ inquiry_id: z.uuid() });
const reply = { status: 200, body: Inquiry.api.response } as const;
const decision = { invalid_transition: { status: 409, when: "the status does not allow it; `allowed` lists what is possible" } } as const;
const erased = { inquiry_erased: { status: 409, when: "the person was erased" } } as const;

export const inquiries = resource(
  "soundcloud",
  "inquiries",
  "Who wants to join the network: taken down and decided by ops. An admitted inquiry becomes one member.",
  {
    createInquiry: route({
      method: "POST",
      path: "/soundcloud/inquiries",
      summary: "Take an application down",
      policy: ops,
      idempotent: true,
      body: NewInquiry,
      reply: { status: 201, body: Inquiry.api.response, location: "/soundcloud/inquiries/{id}" },
      example: { body: { name: "Neon Nights", email: "hello@neon-nights.example", soundcloud_url: "https://soundcloud.com/neon-nights" } },
    }),
    listInquiries: route({
      method: "GET",
      path: "/soundcloud/inquiries",
      summary: "List applications",
      description: "Without a filter the undecided ones, those that wait longest first; with `status` or `email`, the oldest first.",
      policy: ops,
      query: InquiryFilter,
      list: true,
      reply,
    }),
    getInquiry: route({ method: "GET", path: "/soundcloud/inquiries/{inquiry_id}", summary: "Read an application", policy: ops, params: InquiryParams, reply }),
    patchInquiry: route({
      method: "PATCH",
      path: "/soundcloud/inquiries/{inquiry_id}",
      summary: "Change an application",
      description: "What is changed after the admission is a note only: the member is changed at the member.",
      policy: ops,
      params: InquiryParams,
      if_match: true,
      body: InquiryPatch,
      reply,
      errors: erased,
      example: { body: { ip_join_confirmed: true, notes: "Joined the group on Tuesday." } },
    }),
    admitInquiry: route({
      method: "POST",
      path: "/soundcloud/inquiries/{inquiry_id}/admit",
      summary: "Admit an applicant, who becomes a member",
      description:
        "Member, open wallet and account are made with the decision; `member_id` names the member. Without `account` it is the channel of `soundcloud_url`, with no followers until it is connected.",
      policy: ops,
      params: InquiryParams,
      idempotent: true,
      body: Admission,
      reply,
      errors: {
        ...decision,
        ...erased,
        email_taken: { status: 409, when: "a member has the address" },
        handle_taken: { status: 409, when: "a member has the SoundCloud handle" },
      },
      example: { body: { admitted_group: "House A", account: { handle: "neon-nights", follower_count: 12_400 } } },
    }),
    rejectInquiry: route({
      method: "POST",
      path: "/soundcloud/inquiries/{inquiry_id}/reject",
      summary: "Turn an applicant down",
      policy: ops,
      params: InquiryParams,
      body: z.strictObject({ reason: z.string().trim().min(1).max(500).optional() }),
      reply,
      errors: decision,
      example: { body: { reason: "No own tracks." } },
    }),
    reopenInquiry: route({
      method: "POST",
      path: "/soundcloud/inquiries/{inquiry_id}/reopen",
      summary: "Take a rejected application up again",
      policy: ops,
      params: InquiryParams,
      reply,
      errors: { ...decision, ...erased },
    }),
    inquiryHistory: route({
      method: "GET",
      path: "/soundcloud/inquiries/{inquiry_id}/history",
      summary: "List the changes of an application's status",
      policy: ops,
      params: InquiryParams,
      list: true,
      reply: { status: 200, body: StateChange },
    }),
  },
);
