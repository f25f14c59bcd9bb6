import type { OrgCtx } from "../../kernel/context.ts";
import { type List, type ListRecord, recordOf } from "../../kernel/export/list.ts";
import { every } from "../../kernel/table/every.ts";
import { Conversion } from "../conversion/conversion.ts";

const columns = [
  "id",
  "org_id",
  "source",
  "external_id",
  "platform",
  "platform_user_id",
  "conversion_type",
  "conversion_value",
  "conversion_at",
  "post_id",
  "attribution",
  "first_interaction_type",
  "first_interaction_at",
  "time_to_conversion",
  "time_to_conversion_seconds",
  "touchpoints",
  "more_touches",
  "refund_of",
  "refunded_value",
  "person_erased",
  "created_at",
  "updated_at",
] as const satisfies readonly (keyof Conversion)[];

/** In the order of their time, which never changes; refunds among them. */
async function* conversions(ctx: OrgCtx): AsyncGenerator<ListRecord> {
  for await (const conversion of every((page) => Conversion.query.byTime(ctx, { org_id: ctx.org_id }, page))) yield recordOf(columns, conversion);
}

export const conversionList: List = { columns, records: conversions };
