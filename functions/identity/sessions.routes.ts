import * as z from "zod";
import { resource, route, signedIn } from "../../shared/kernel/http/route.ts";
import { SessionView } from "../../shared/identity/session/present-session.ts";

const sessionExample = {
  user_id: "019e1b9a-7c00-7000-8000-000000000001",
  id: "019e1b9a-7c00-7000-8000-000000000003",
  access_expires_at: "2026-11-20T10:15:00.000Z",
  refresh_expires_at: "2026-12-20T10:00:00.000Z",
  user_agent: "Mozilla/5.0",
  ip: "192.0.2.1",
  last_seen_at: "2026-11-20T10:00:00.000Z",
  suspicious_activity: false,
  current: true,
  version: 1,
  created_at: "2026-11-20T10:00:00.000Z",
  updated_at: "2026-11-20T10:00:00.000Z",
};

export const sessions = resource(
  "identity",
  "sessions",
  "Where a person is signed in. A session ends by signing out, here, after 30 days, or when a used refresh token comes back.",
  {
    listSessions: route({
      method: "GET",
      path: "/identity/sessions",
      summary: "List own sessions",
      description: "Of the last 30 days, newest first; ended ones too.",
      policy: signedIn,
      list: true,
      reply: { status: 200, body: SessionView },
      example: { reply: sessionExample },
    }),
    endSession: route({
      method: "POST",
      path: "/identity/sessions/{session_id}/end",
      summary: "End one session",
      description: "Refused from its next request. Ending it again changes nothing.",
      policy: signedIn,
      params: z.strictObject({ session_id: z.uuid() }),
      reply: { status: 200, body: SessionView },
      example: { reply: { ...sessionExample, ended_at: "2026-11-20T10:05:00.000Z", current: false, version: 2 } },
    }),
    endOtherSessions: route({
      method: "POST",
      path: "/identity/sessions/end-others",
      summary: "End all sessions but this one",
      policy: signedIn,
      reply: { status: 200, body: z.strictObject({ ended: z.int().min(0) }) },
      example: { reply: { ended: 2 } },
    }),
  },
);
