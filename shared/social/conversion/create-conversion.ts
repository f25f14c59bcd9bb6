import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { conflict } from "../../kernel/errors.ts";
import { moneyUsd } from "../../kernel/fields.ts";
import { contend, stillMissing, transact } from "../../kernel/table/table.ts";
import { getSettings } from "../settings/get-settings.ts";
import { social } from "../table.ts";
import { attributed } from "./attribute-conversion.ts";
import { Conversion, centsOf, conversionId } from "./conversion.ts";
import { earn } from "./earn.ts";
import { pastTime } from "./past-time.ts";
import { type ConversionView, presentConversion } from "./present-conversion.ts";
import { lookback, personOf, readTouches } from "./read-touches.ts";
import { journeyOf } from "./touchpoint.ts";

const { source, platform, platform_user_id, conversion_type, conversion_at } = Conversion.api.create.shape;

export const NewConversion = z
  .strictObject({
    source,
    external_id: z.string().min(1).max(100),
    platform,
    platform_user_id,
    conversion_type,
    conversion_value: moneyUsd.optional(),
    conversion_at,
  })
  .superRefine(({ platform: network, platform_user_id: person }, { addIssue }) => {
    const missing = (field: string, other: string): void => addIssue({ code: "custom", path: [field], message: `goes with ${other}` });
    if (network === undefined && person !== undefined) missing("platform", "platform_user_id");
    if (network !== undefined && person === undefined) missing("platform_user_id", "platform");
  });
export type NewConversion = z.output<typeof NewConversion>;

const SAID = ["conversion_type", "conversion_value", "conversion_at", "platform", "platform_user_id"] as const;

/** Throws DomainError conflict `external_id_reused` unless the same was said of it. An erased person is compared no more. */
const requireSame = (stored: Conversion, asked: NewConversion): void => {
  const compared = stored.person_erased ? SAID.filter((field) => !field.startsWith("platform")) : SAID;
  const different = compared.filter((field) => stored[field] !== asked[field]);
  if (different.length === 0) return;
  throw conflict("external_id_reused", `The source has a conversion of this external_id with another ${different.join(", ")}.`, { conversion_id: stored.id });
};

const draft = async (ctx: OrgCtx, id: string, asked: NewConversion): Promise<Conversion> => {
  const { lookback_days, decay_half_life_days: half_life_days } = await getSettings(ctx);
  const person = personOf(asked);
  const touches = person ? await readTouches(ctx, person, lookback({ ...asked, lookback_days })) : [];
  const journey = attributed(journeyOf(touches), { cents: centsOf(asked), conversion_at: asked.conversion_at, half_life_days });
  return Conversion.draft(ctx, { ...asked, ...journey, org_id: ctx.org_id, id, lookback_days, half_life_days });
};

/**
 * Records a conversion once by source and external id, divides its value among the touches before it, and adds that to
 * the sums of their posts, in one transaction. Sent again it is the conversion that is stored, as it stands now. Throws
 * DomainError conflict `external_id_reused` when something else was said of it, unprocessable `in_the_future`.
 * README, Conversions.
 */
export const createConversion = (ctx: OrgCtx, input: NewConversion): Promise<ConversionView> => {
  const asked = { ...input, conversion_at: pastTime(ctx, input.conversion_at, "/conversion_at") };
  const id = conversionId(ctx.org_id, "conversion", asked.source, asked.external_id);
  return contend(async () => {
    const stored = await Conversion.find(ctx, { org_id: ctx.org_id, id }, { consistent: true });
    if (stored) {
      requireSame(stored, asked);
      return presentConversion(ctx, stored);
    }
    const conversion = await draft(ctx, id, asked);
    const [result, sums] = await Promise.all([presentConversion(ctx, conversion), earn(ctx, id, [], [conversion])]);
    await transact(ctx, social, [...stillMissing(Conversion.writes.put(ctx, conversion)), ...sums], { pattern: "conversions.create", result });
    return result;
  });
};
