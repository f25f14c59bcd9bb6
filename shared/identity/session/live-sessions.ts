import type { Ctx } from "../../kernel/context.ts";
import type { Write } from "../../kernel/table/table.ts";
import type { Credential } from "../user/credential.ts";
import { Session } from "./session.ts";

export const isLive = (session: Session, now: Date): boolean => session.ended_at === undefined && Date.parse(session.refresh_expires_at) > now.getTime();

/** A person's sessions that still live, oldest first. Exact while the credential they are read by keeps its version. */
export const liveSessions = async (ctx: Ctx, credential: Credential): Promise<Session[]> => {
  const keys = credential.session_ids.map((id) => ({ user_id: credential.user_id, id }));
  const sessions = await Session.getMany(ctx, keys, { consistent: true });
  return sessions.filter((session) => isLive(session, ctx.clock.now()));
};

/** Ends each of them, inside the transaction that is the reason for it. */
export const endingWrites = (ctx: Ctx, sessions: readonly Session[]): Write[] =>
  sessions.flatMap((session) => Session.writes.patch(ctx, session, { ended_at: ctx.clock.now().toISOString() }));
