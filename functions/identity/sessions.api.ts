import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { authenticate } from "../../shared/identity/authenticate.ts";
import { Idempotency } from "../../shared/identity/table.ts";
import { endOtherSessions, endSession } from "../../shared/identity/session/end-sessions.ts";
import { listSessions } from "../../shared/identity/session/list-sessions.ts";
import { presentSession } from "../../shared/identity/session/present-session.ts";
import { sessions } from "./sessions.routes.ts";

export const sessionsApi = api(
  sessions,
  { records: Idempotency, ports: {} },
  {
    listSessions: (ctx, { page }) => listSessions(ctx, page),
    endSession: async (ctx, { params }) => presentSession(ctx, await endSession(ctx, params.session_id)),
    endOtherSessions: (ctx) => endOtherSessions(ctx),
  },
);
export const handler = onLambda(sessionsApi, authenticate);
