import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { Campaign } from "../campaign/campaign.ts";
import { everyClient } from "./every-client.ts";
import { type List, type ListRecord, recordOf } from "../../kernel/export/list.ts";

const columns = [
  "id",
  "org_id",
  "client_id",
  "artist_name",
  "track_name",
  "track_url",
  "goal_reposts",
  "price_usd",
  "status",
  "start_date",
  "end_date",
  "ip_tracking_url",
  "baseline_captured_at",
  "attribution_end_date",
  "created_by",
  "approved_by",
  "approved_at",
  "notes",
  "metadata",
  "created_at",
  "updated_at",
  "submission_id",
  "verified_reposts",
  "live_at",
  "completed_at",
  "owner_id",
] as const satisfies readonly (keyof Campaign)[];

/** Client after client, which a campaign never changes. */
async function* campaigns(ctx: OrgCtx): AsyncGenerator<ListRecord> {
  const { org_id } = ctx;
  for await (const client_id of everyClient(ctx))
    for await (const campaign of every((page) => Campaign.query.byClient(ctx, { org_id, client_id }, page))) yield recordOf(columns, campaign);
}

export const campaignList: List = { columns, records: campaigns };
