import type { OrgCtx } from "../../kernel/context.ts";
import { everyPage } from "../../kernel/table/every.ts";
import { Member } from "../member/member.ts";
import { type MemberView, presentMembers } from "../member/present-member.ts";
import { type List, type ListRecord, recordOf } from "../../kernel/export/list.ts";

const columns = [
  "id",
  "org_id",
  "name",
  "emails",
  "primary_email",
  "status",
  "followers",
  "soundcloud_followers",
  "size_tier",
  "tier_updated_at",
  "soundcloud_url",
  "soundcloud_handle",
  "spotify_handle",
  "families",
  "subgenres",
  "genre_family_id",
  "manual_genres",
  "genre_notes",
  "monthly_submission_limit",
  "submissions_this_month",
  "monthly_credit_limit",
  "reach_factor",
  "credits_given",
  "credits_used",
  "net_credits",
  "credits_monthly_grant",
  "credits_balance",
  "credits_cap",
  "last_grant_at",
  "last_submission_at",
  "last_activity_at",
  "created_at",
  "updated_at",
] as const satisfies readonly (keyof MemberView)[];

/** Members as the API shows them, without those that were erased. */
async function* members(ctx: OrgCtx): AsyncGenerator<ListRecord> {
  const { org_id } = ctx;
  for await (const page of everyPage((at) => Member.query.all(ctx, { org_id }, at))) {
    const shown = await presentMembers(
      ctx,
      page.filter(({ erased_at }) => erased_at === undefined),
    );
    for (const member of shown) yield recordOf(columns, member);
  }
}

export const memberList: List = { columns, records: members };
