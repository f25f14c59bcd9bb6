import type { OrgCtx } from "../../kernel/context.ts";
import { monthsOf } from "./search-archive.ts";

/** Where the events of all months lie, as one text: when it has changed, events may have passed by whoever looked first here and then there. */
export const standingOf = async (ctx: OrgCtx): Promise<string> => {
  const months = await monthsOf(ctx);
  return months
    .map(({ month, status, begun, restored_until }) => [month, status === "rewriting" ? "archived" : status, begun, restored_until].join(" "))
    .join("\n");
};
