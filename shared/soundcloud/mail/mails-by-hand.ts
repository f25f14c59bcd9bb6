import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import type { Member } from "../member/member.ts";
import { Submission } from "../submission/submission.ts";
import { EmailLog } from "./email-log.ts";

/** The mails that ops sent by hand to a member or about the member's submissions, whatever the address was then: mails about a submission that were not sent by hand may have gone to its supporters. */
export async function* mailsByHand(ctx: OrgCtx, { org_id, id }: Pick<Member, "org_id" | "id">): AsyncGenerator<EmailLog> {
  const about = async function* (related_object_id: string): AsyncGenerator<EmailLog> {
    for await (const mail of every((page) => EmailLog.query.byObject(ctx, { org_id, related_object_id }, page))) if (mail.template_id !== undefined) yield mail;
  };
  yield* about(id);
  for await (const submission of every((page) => Submission.query.byParty(ctx, { org_id, party_id: id }, page))) yield* about(submission.id);
}
