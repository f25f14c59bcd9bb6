import { isDeepStrictEqual } from "node:util";
import type { OrgCtx } from "../../kernel/context.ts";
import { conflict } from "../../kernel/errors.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { social } from "../table.ts";
import { attributed, storable } from "./attribute-conversion.ts";
import { type Shares, addShares, takeBack } from "./attribution.ts";
import { Conversion, centsOf } from "./conversion.ts";
import { earn } from "./earn.ts";
import { type ConversionView, presentConversion } from "./present-conversion.ts";
import { lookback, personOf, readTouches } from "./read-touches.ts";
import { refundsOf, requireNoRefund } from "./refunds.ts";
import { type Journey, journeyOf } from "./touchpoint.ts";

/** The touches that are known now. Those that were counted stay, since touches are not kept for longer than they are looked for. */
const journey = async (ctx: OrgCtx, conversion: Conversion): Promise<Journey> => {
  const person = personOf(conversion);
  const found = person ? await readTouches(ctx, person, lookback(conversion)) : [];
  return journeyOf([...conversion.touches, ...found], conversion.more_touches);
};

/** The same refunds, taken one after the other from other shares. */
const divideAnew = (refunds: readonly Conversion[], conversion: Conversion): Conversion[] => {
  const { attribution, post_id, touches, touchpoints, more_touches, first_interaction_type, first_interaction_at } = conversion;
  const { time_to_conversion, time_to_conversion_seconds } = conversion;
  const same = {
    attribution,
    post_id,
    touches,
    touchpoints,
    more_touches,
    first_interaction_type,
    first_interaction_at,
    time_to_conversion,
    time_to_conversion_seconds,
  };
  let left: Shares = conversion.shares;
  return refunds.map((refund) => {
    const shares = storable(takeBack(-centsOf(refund), left));
    left = addShares(left, shares);
    return { ...refund, ...same, shares };
  });
};

const CHANGED = [
  "attribution",
  "post_id",
  "touches",
  "touchpoints",
  "more_touches",
  "first_interaction_type",
  "first_interaction_at",
  "time_to_conversion",
  "time_to_conversion_seconds",
  "shares",
] as const satisfies readonly (keyof Conversion)[];

const changeTo = (after: Conversion) => Object.fromEntries(CHANGED.flatMap((field) => (after[field] === undefined ? [] : [[field, after[field]]])));

/**
 * Divides a conversion's value anew, and with it its refunds, when touches have become known since: events that networks
 * told late. Repeating it changes nothing. Throws DomainError not_found, conflict `is_refund` or `person_erased`.
 * README, Conversions.
 */
export const reattributeConversion = (ctx: OrgCtx, id: string): Promise<ConversionView> =>
  contend(async () => {
    const before = await Conversion.get(ctx, { org_id: ctx.org_id, id }, { consistent: true });
    requireNoRefund(before);
    if (before.person_erased) throw conflict("person_erased", "Whose conversion it was is not known any more; it stays as it is.");
    const known = await journey(ctx, before);
    if (isDeepStrictEqual(known.touches, before.touches)) return presentConversion(ctx, before);
    const after = { ...before, ...attributed(known, { ...before, cents: centsOf(before) }) };
    const refunds = await refundsOf(ctx, before);
    const divided = divideAnew(refunds, after);
    const sums = await earn(ctx, id, [before, ...refunds], [after, ...divided]);
    const changes = Conversion.writes.patch(ctx, before, changeTo(after));
    const followed = refunds.flatMap((one, at) => Conversion.writes.patch(ctx, one, changeTo(divided[at]!)));
    const result = await presentConversion(ctx, Conversion.after(changes));
    await transact(ctx, social, [...changes, ...followed, ...sums], { pattern: "conversions.reattribute", result });
    return result;
  });
