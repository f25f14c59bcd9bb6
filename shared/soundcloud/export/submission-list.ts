import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { Member } from "../member/member.ts";
import { shiftOf } from "../submission/shift.ts";
import { Submission } from "../submission/submission.ts";
import { everyClient } from "./every-client.ts";
import { type List, type ListRecord, recordOf } from "../../kernel/export/list.ts";

/** The token of a private link is no column: whoever holds the file would hold the track. */
const columns = [
  "id",
  "org_id",
  "member_id",
  "track_url",
  "artist_name",
  "family",
  "subgenres",
  "status",
  "submitted_at",
  "support_date",
  "support_url",
  "scheduled_date",
  "auto_shifted",
  "shift_reason",
  "shift_days",
  "expected_reach_min",
  "expected_reach_max",
  "expected_reach_planned",
  "suggested_supporters",
  "credits_consumed",
  "need_live_link",
  "qa_flag",
  "qa_reason",
  "notes",
  "ip_tracking_url",
  "ip_schedule_ids",
  "owner_id",
  "resend_message_ids",
  "created_at",
  "updated_at",
  "client_id",
  "salesperson_id",
  "service_type",
  "track_title",
  "goal_plays",
  "price_usd",
  "start_date",
  "end_date",
  "closed_at",
  "source_status",
  "import_id",
  "import_row",
] as const satisfies readonly (keyof Submission | "qa_flag" | "shift_days")[];

async function* everyParty(ctx: OrgCtx): AsyncGenerator<string> {
  for await (const { id } of every((page) => Member.query.all(ctx, { org_id: ctx.org_id }, page))) yield id;
  yield* everyClient(ctx);
}

/** Party after party, which a submission never changes: by status, one that is decided meanwhile could be met twice or not at all. */
async function* submissions(ctx: OrgCtx): AsyncGenerator<ListRecord> {
  const { org_id } = ctx;
  for await (const party_id of everyParty(ctx))
    for await (const one of every((page) => Submission.query.byParty(ctx, { org_id, party_id }, page)))
      yield recordOf(columns, { ...one, ...shiftOf(one), qa_flag: one.status === "qa_flag" });
}

export const submissionList: List = { columns, records: submissions };
