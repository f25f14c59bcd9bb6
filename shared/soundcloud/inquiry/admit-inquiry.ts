import * as z from "zod";
import { InquiryAdmitted } from "../../../events/soundcloud/inquiry-admitted.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { type ArrivingMember, NewMember, newMemberWrites } from "../member/create-member.ts";
import { soundcloudHandle } from "../member/member.ts";
import { getSettings } from "../settings/get-settings.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import { parseTrackUrl } from "../track-url.ts";
import { Inquiry, requirePerson } from "./inquiry.ts";

export const Admission = z.strictObject({
  admitted_group: Inquiry.api.create.shape.admitted_group,
  /** The channel as ops have looked it up; without it, the one in `soundcloud_url`, to be connected. */
  account: NewMember.shape.account,
});
export type Admission = z.output<typeof Admission>;

/** The channel that an address names; its follower count is not known until it is synced, and nothing is asked of it before. */
const channelOf = (soundcloud_url: string | undefined): Pick<ArrivingMember, "account" | "status"> => {
  const found = parseTrackUrl(soundcloud_url ?? "");
  const handle = "fault" in found ? undefined : soundcloudHandle.safeParse(found.user).data;
  return handle === undefined ? {} : { account: { handle, follower_count: 0, status: "reconnect" }, status: "needs_reconnect" };
};

/** The member that an inquiry becomes, as it arrives. */
const arriving = ({ name, email, soundcloud_url }: Inquiry, { account }: Admission): ArrivingMember => ({
  name,
  emails: [email],
  primary_email: email,
  ...(soundcloud_url === undefined ? {} : { soundcloud_url }),
  manual_genres: [],
  monthly_submission_limit: 4,
  daily_capacity: 1,
  genres: [],
  ...(account ? { account } : channelOf(soundcloud_url)),
});

/**
 * Admits an applicant: the inquiry's change, the member with account and open wallet, and the events are one transaction,
 * so that an inquiry becomes one member, however often it is asked for.
 * Throws DomainError `invalid_transition`, `inquiry_erased`, `email_taken` or `handle_taken`.
 */
export const admitInquiry = (ctx: OrgCtx, id: string, admission: Admission): Promise<Inquiry> =>
  contend(async () => {
    const [inquiry, settings] = await Promise.all([Inquiry.get(ctx, { org_id: ctx.org_id, id }, { consistent: true }), getSettings(ctx)]);
    requirePerson(inquiry);
    const { member, writes } = newMemberWrites(ctx, settings, arriving(inquiry, admission));
    const { admitted_group } = admission;
    const patch = {
      admitted_at: ctx.clock.now().toISOString(),
      member_id: member.id,
      undecided_since: null,
      ...(admitted_group === undefined ? {} : { admitted_group }),
    };
    const changed = Inquiry.writes.transition(ctx, inquiry, "admitted", { patch });
    const result = Inquiry.after(changed);
    const admitted = soundcloudSystem.emit(ctx, InquiryAdmitted, { inquiry_id: id, member_id: member.id });
    await transact(ctx, soundcloud, [...changed, ...writes, ...admitted], { pattern: "inquiries.admit", result });
    return result;
  });
