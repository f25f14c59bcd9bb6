import * as z from "zod";
import type { Ctx } from "../../kernel/context.ts";
import { Session } from "./session.ts";

/** A session as its owner sees it: never its tokens, and which one is asking. */
export const SessionView = Session.api.response.extend({ current: z.boolean() });
export type SessionView = z.output<typeof SessionView>;

export const presentSession = (ctx: Ctx, session: Session): SessionView =>
  SessionView.parse({ ...session, current: ctx.actor.kind === "user" && ctx.actor.session_id === session.id });
