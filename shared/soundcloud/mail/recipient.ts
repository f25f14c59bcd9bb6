import type { OrgCtx } from "../../kernel/context.ts";
import { Member } from "../member/member.ts";
import { Client } from "../party/client.ts";
import type { Submission } from "../submission/submission.ts";
import { type MailOrder, toMember } from "./mail-order.ts";

export type Recipient = Omit<MailOrder, "object_type" | "object_id" | "values" | "once"> & { readonly recipient_name: string };

/** The member at their primary address; nobody when there is none, or the member is erased. */
export const recipientsOfMember = async (ctx: OrgCtx, id: string): Promise<Recipient[]> => {
  const member = await Member.find(ctx, { org_id: ctx.org_id, id }, { consistent: true });
  const recipient = member && toMember(member);
  return recipient ? [recipient] : [];
};
/** The client at all of their addresses. */
export const recipientsOfClient = async (ctx: OrgCtx, id: string): Promise<Recipient[]> => {
  const client = await Client.find(ctx, { org_id: ctx.org_id, id }, { consistent: true });
  return client ? [...new Set(client.emails)].map((to) => ({ to, recipient_name: client.name })) : [];
};
/** Whose submission it is. */
export const recipientsOfSubmission = (ctx: OrgCtx, { member_id, client_id }: Submission): Promise<Recipient[]> =>
  member_id === undefined ? recipientsOfClient(ctx, client_id!) : recipientsOfMember(ctx, member_id);

/** What every mail about a submission may say of its track. */
export const trackValues = ({ artist_name = "", track_title, track_url }: Submission): MailOrder["values"] => ({
  artist_name,
  track_title: track_title ?? track_url,
  track_url,
});

export const addressed = (
  recipients: readonly Recipient[],
  about: Pick<MailOrder, "object_type" | "object_id" | "once">,
  values: MailOrder["values"],
): MailOrder[] => recipients.map(({ recipient_name, ...recipient }) => ({ ...recipient, ...about, values: { recipient_name, ...values } }));
