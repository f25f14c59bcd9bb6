import type { Values } from "../../mail/render.ts";
import type { Member } from "../member/member.ts";
import type { RelatedObject } from "./email-log.ts";

/** One mail to be made: to whom, about what, and what its template may say. */
export interface MailOrder {
  readonly to: string;
  readonly member_id?: string;
  /** The member's addresses as they were read: the mail is made only while they stand. */
  readonly emails?: readonly string[];
  readonly user_id?: string;
  readonly object_type: RelatedObject;
  readonly object_id: string;
  readonly values: Values;
  /** The inquiry's or complaint's own address: the mail is made only while it stands there. */
  readonly from_request?: true;
  /** Not again to the same for as long. */
  readonly once?: { readonly kind: string; readonly days: number };
}

/** A member as recipient: undefined for one without address, or erased. */
export const toMember = ({ id, name, primary_email, emails, user_id, erased_at }: Member) => {
  const to = primary_email ?? emails[0];
  if (to === undefined || erased_at !== undefined) return undefined;
  return { to, member_id: id, emails, ...(user_id === undefined ? {} : { user_id }), recipient_name: name };
};
