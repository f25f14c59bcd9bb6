import type { Ctx } from "../../kernel/context.ts";
import { equalTexts, idsInToken, sha256 } from "../../kernel/crypto/tokens.ts";
import { DomainError } from "../../kernel/errors.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { identity } from "../table.ts";
import { isLive } from "./live-sessions.ts";
import { Session, UsedRefresh } from "./session.ts";
import { REFRESH_PREFIX } from "./token-prefixes.ts";
import { type Tokens, issueTokens } from "./tokens.ts";

const refused = (): DomainError =>
  new DomainError("unauthenticated", "refresh_token_not_valid", "The refresh token is unknown, expired, used or its session has ended; sign in again.");

/**
 * Exchanges a refresh token for a new pair. Each works once: one that is seen again, also by two callers at the same
 * moment, ends its whole session, because two hold it. Throws DomainError `refresh_token_not_valid`.
 */
export const refreshSession = async (ctx: Ctx, given: { refresh_token: string }): Promise<Tokens> => {
  const [user_id, id] = idsInToken(REFRESH_PREFIX, 2, given.refresh_token) ?? [];
  if (!user_id || !id) throw refused();
  const hash = sha256(given.refresh_token);
  return contend(async () => {
    const session = await Session.find(ctx, { user_id, id }, { consistent: true });
    if (!session || !isLive(session, ctx.clock.now())) throw refused();
    if (!equalTexts(hash, session.refresh_hash)) {
      await endWhenReused(ctx, session, hash);
      throw refused();
    }
    const { tokens, stored } = issueTokens(ctx, user_id, id);
    const used = { user_id, session_id: id, hash, expires_at: session.refresh_expires_at };
    await transact(ctx, identity, [...Session.writes.patch(ctx, session, stored), ...UsedRefresh.writes.create(ctx, used)], { pattern: "sessions.refresh" });
    return tokens;
  });
};

const endWhenReused = async (ctx: Ctx, { user_id, id }: Session, hash: string): Promise<void> => {
  if (!(await UsedRefresh.find(ctx, { user_id, session_id: id, hash }, { consistent: true }))) return;
  await Session.patch(ctx, { user_id, id }, { ended_at: ctx.clock.now().toISOString(), suspicious_activity: true });
  ctx.log.warn("A used refresh token came back; its session was ended.", { user_id, session_id: id });
};
