import type { Ctx } from "../../kernel/context.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { personOf } from "../caller.ts";
import { identity } from "../table.ts";
import { Credential } from "../user/credential.ts";
import { getActiveUser } from "../user/get-user.ts";
import { endingWrites, liveSessions } from "./live-sessions.ts";
import { Session } from "./session.ts";

/** Ends the session that calls. */
export const signOut = async (ctx: Ctx): Promise<void> => {
  await endSession(ctx, personOf(ctx).session_id);
};

/** Ends one session of the caller; one that has ended stays as it is. Throws DomainError `not_found` for others' sessions. */
export const endSession = async (ctx: Ctx, id: string): Promise<Session> => {
  const key = { user_id: personOf(ctx).user_id, id };
  const session = await Session.get(ctx, key, { consistent: true });
  return session.ended_at === undefined ? Session.patch(ctx, key, { ended_at: ctx.clock.now().toISOString() }) : session;
};

/** Ends all sessions of the caller but the one that calls, at once. */
export const endOtherSessions = async (ctx: Ctx): Promise<{ ended: number }> => {
  const { user_id, session_id } = personOf(ctx);
  const { email } = await getActiveUser(ctx, user_id);
  return contend(async () => {
    const credential = await Credential.get(ctx, { email }, { consistent: true });
    const others = (await liveSessions(ctx, credential)).filter((session) => session.id !== session_id);
    const writes = [...Credential.writes.patch(ctx, credential, { session_ids: [session_id] }), ...endingWrites(ctx, others)];
    await transact(ctx, identity, writes, { pattern: "sessions.endOthers" });
    return { ended: others.length };
  });
};
