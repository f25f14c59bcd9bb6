import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { conflict, unprocessable } from "../../kernel/errors.ts";
import { moneyUsd, timestamp } from "../../kernel/fields.ts";
import { fromCents, toCents } from "../../kernel/money.ts";
import { contend, stillMissing, transact } from "../../kernel/table/table.ts";
import { social } from "../table.ts";
import { storable } from "./attribute-conversion.ts";
import { type Shares, takeBack } from "./attribution.ts";
import { Conversion, MOST_REFUNDS, centsOf, conversionId } from "./conversion.ts";
import { earn } from "./earn.ts";
import { pastTime } from "./past-time.ts";
import { type ConversionView, presentConversion } from "./present-conversion.ts";
import { leftOf, refundsOf, requireNoRefund } from "./refunds.ts";

export const NewRefund = z.strictObject({
  /** All that is left, when it is not given. */
  amount: moneyUsd.optional(),
  refunded_at: timestamp.optional(),
  /** The source's own id of the refund, by which one that is sent again is the same. */
  external_id: z.string().min(1).max(100).optional(),
});
export type NewRefund = z.output<typeof NewRefund>;

/** The cents to take back. Throws DomainError unprocessable `exceeds_rest`, conflict `nothing_left` or `too_many_refunds`. */
const centsToTake = (conversion: Conversion, amount: string | undefined): number => {
  const rest = centsOf(conversion) - toCents(conversion.refunded_value);
  if (rest === 0) throw conflict("nothing_left", "Nothing of this conversion's value is left to refund.");
  if (conversion.refund_ids.length >= MOST_REFUNDS) throw conflict("too_many_refunds", `A conversion has ${MOST_REFUNDS} refunds at most; this one has them.`);
  const cents = amount === undefined ? rest : toCents(amount);
  if (cents > 0 && cents <= rest) return cents;
  const detail = `must be above 0.00 and at most ${fromCents(rest)}, which is left of the conversion`;
  throw unprocessable("exceeds_rest", `The amount ${detail}.`, [{ pointer: "/amount", code: "exceeds_rest", detail }]);
};

/** A refund with its share of every touch, which is a part of what is left of it. */
const draftRefund = (ctx: OrgCtx, id: string, conversion: Conversion, left: Shares, more: { cents: number; at: string; external_id?: string | undefined }) => {
  const { version: _, created_at: __, updated_at: ___, external_id: ____, ...same } = conversion;
  return Conversion.draft(ctx, {
    ...same,
    id,
    ...(more.external_id === undefined ? {} : { external_id: more.external_id }),
    conversion_value: fromCents(-more.cents),
    conversion_at: more.at,
    shares: storable(takeBack(more.cents, left)),
    refund_of: conversion.id,
    refund_ids: [],
    refunded_value: "0.00",
  });
};

const requireSame = (stored: Conversion, conversion_id: string, { amount }: NewRefund): void => {
  if (stored.refund_of === conversion_id && (amount === undefined || centsOf(stored) === -toCents(amount))) return;
  throw conflict("external_id_reused", "The source has another refund of this external_id.", { conversion_id: stored.id });
};

/**
 * Takes a conversion's value back, in whole or in part: a negative conversion with the same touches, each of which loses
 * its part of what is left of it. With an external id it is taken back once. Throws DomainError not_found, conflict
 * `is_refund`, `nothing_left`, `too_many_refunds` or `external_id_reused`, unprocessable `exceeds_rest` or
 * `in_the_future`. README, Conversions.
 */
export const refundConversion = (ctx: OrgCtx, conversion_id: string, input: NewRefund): Promise<ConversionView> => {
  const { org_id } = ctx;
  const now = ctx.clock.now().toISOString();
  const at = input.refunded_at === undefined ? now : pastTime(ctx, input.refunded_at, "/refunded_at");
  const unnamed = ctx.ids.uuid();
  return contend(async () => {
    const conversion = await Conversion.get(ctx, { org_id, id: conversion_id }, { consistent: true });
    requireNoRefund(conversion);
    const id = input.external_id === undefined ? unnamed : conversionId(org_id, "refund", conversion.source, input.external_id);
    const stored = input.external_id === undefined ? undefined : await Conversion.find(ctx, { org_id, id }, { consistent: true });
    if (stored) {
      requireSame(stored, conversion_id, input);
      return presentConversion(ctx, stored);
    }
    const cents = centsToTake(conversion, input.amount);
    const left = leftOf(conversion, await refundsOf(ctx, conversion));
    const refund = draftRefund(ctx, id, conversion, left, { cents, at, external_id: input.external_id });
    const note = { refund_ids: [...conversion.refund_ids, id], refunded_value: fromCents(toCents(conversion.refunded_value) + cents) };
    const [result, sums] = await Promise.all([presentConversion(ctx, refund), earn(ctx, id, [], [refund])]);
    const writes = [...Conversion.writes.patch(ctx, conversion, note), ...stillMissing(Conversion.writes.put(ctx, refund)), ...sums];
    await transact(ctx, social, writes, { pattern: "conversions.refund", result });
    return result;
  });
};
