import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import type { PageOf } from "../../kernel/http/route.ts";
import { Member } from "../member/member.ts";
import { QueueAssignment } from "./queue-assignment.ts";

/** An assignment as it is shown, with the supporter's name and channel. */
export const AssignmentView = QueueAssignment.api.response.extend({
  supporter_name: z.string().optional(),
  supporter_handle: z.string().optional(),
  /** SoundCloud did not list the repost for a day: ops decide. */
  needs_review: z.boolean(),
});
export type AssignmentView = z.output<typeof AssignmentView>;

/** Joins the supporters in one batch read, however many assignments. */
export const presentAssignments = async (ctx: OrgCtx, assignments: readonly QueueAssignment[]): Promise<AssignmentView[]> => {
  const ids = [...new Set(assignments.map(({ supporter_id }) => supporter_id))];
  const members = await Member.getMany(
    ctx,
    ids.map((id) => ({ org_id: ctx.org_id, id })),
  );
  const supporter = new Map(members.map((member) => [member.id, member]));
  return assignments.map((assignment) => {
    const member = supporter.get(assignment.supporter_id);
    return AssignmentView.parse({
      ...assignment,
      supporter_name: member?.name,
      supporter_handle: member?.soundcloud_handle,
      needs_review: assignment.check === "review",
    });
  });
};

export const presentAssignment = async (ctx: OrgCtx, assignment: QueueAssignment): Promise<AssignmentView> => (await presentAssignments(ctx, [assignment]))[0]!;

export const presentAssignmentPage = async (ctx: OrgCtx, page: PageOf<QueueAssignment>): Promise<PageOf<AssignmentView>> => ({
  ...page,
  items: await presentAssignments(ctx, page.items),
});
