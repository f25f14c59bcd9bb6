import type { OrgCtx } from "../../kernel/context.ts";
import { unprocessable } from "../../kernel/errors.ts";

/** Clocks differ: a time this far ahead is still taken for now. */
const AHEAD_MS = 300_000;

/** The time as it is stored everywhere, so that times compare as texts. Throws DomainError unprocessable `in_the_future`. */
export const pastTime = (ctx: OrgCtx, time: string, pointer: string): string => {
  const ms = Date.parse(time);
  if (ms > ctx.clock.now().getTime() + AHEAD_MS)
    throw unprocessable("in_the_future", "What has not happened yet is no conversion.", [
      { pointer, code: "in_the_future", detail: "must not be in the future" },
    ]);
  return new Date(ms).toISOString();
};
