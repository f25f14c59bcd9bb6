import type { OrgCtx } from "../../kernel/context.ts";
import { realSleep } from "../../kernel/wait.ts";
import { type RevenueDifference, recountRevenue } from "../conversion/recount-revenue.ts";
import type { CountDifference } from "./social-reconciliation.ts";

/** A difference counts when as many looks find the same: a conversion may be half visible while it is recorded. */
const LOOKS = 3;
const PAUSE_MS = 150;

const textOf = ({ post_id, counter, kept, counted }: RevenueDifference): string => [post_id, counter, kept, counted].join("/");

/** Compares what is kept of each post's revenue with what the org's conversions and refunds add up to. README, Reconciliation. */
export const compareRevenue = async (ctx: OrgCtx): Promise<CountDifference[]> => {
  let lasting = await recountRevenue(ctx);
  for (let look = 1; look < LOOKS && lasting.length > 0; look++) {
    await realSleep(PAUSE_MS * look);
    const found = new Set((await recountRevenue(ctx)).map(textOf));
    lasting = lasting.filter((difference) => found.has(textOf(difference)));
  }
  return lasting.map(({ post_id, counter, kept, counted }) => ({ post_id, counter: `revenue_${counter}`, stored: kept, computed: counted }));
};
