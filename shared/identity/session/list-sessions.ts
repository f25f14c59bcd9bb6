import type { Ctx } from "../../kernel/context.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { personOf } from "../caller.ts";
import { type SessionView, presentSession } from "./present-session.ts";
import { Session } from "./session.ts";

/** The caller's sessions of the last 30 days, newest first; ended ones too, with when they ended. */
export const listSessions = async (ctx: Ctx, page: PageRequest): Promise<PageOf<SessionView>> => {
  const { user_id } = personOf(ctx);
  const { items, position } = await Session.list(ctx, { user_id }, { ...page, desc: true });
  return { items: items.map((session) => presentSession(ctx, session)), position };
};
