import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { authenticate } from "../../shared/identity/authenticate.ts";
import { Idempotency } from "../../shared/identity/table.ts";
import { signOut } from "../../shared/identity/session/end-sessions.ts";
import { openPasswords } from "../../shared/identity/session/passwords.ts";
import { refreshSession } from "../../shared/identity/session/refresh-session.ts";
import { signIn } from "../../shared/identity/session/sign-in.ts";
import { changePassword } from "../../shared/identity/user/change-password.ts";
import { requestPasswordReset } from "../../shared/identity/user/request-password-reset.ts";
import { resetPassword } from "../../shared/identity/user/reset-password.ts";
import { signUp } from "../../shared/identity/user/sign-up.ts";
import { verifyEmail } from "../../shared/identity/user/verify-email.ts";
import { auth } from "./auth.routes.ts";

const accepted = { status: "accepted" } as const;

export const authApi = api(
  auth,
  { records: Idempotency, ports: { commands: (boot) => openCommands(boot), passwords: openPasswords } },
  {
    signUp: async (ctx, { body }) => {
      await signUp(ctx, body);
      return accepted;
    },
    verifyEmail: (ctx, { body }) => verifyEmail(ctx, body),
    signIn: (ctx, { body }) => signIn(ctx, body),
    refreshSession: (ctx, { body }) => refreshSession(ctx, body),
    requestPasswordReset: async (ctx, { body }) => {
      await requestPasswordReset(ctx, body);
      return accepted;
    },
    resetPassword: (ctx, { body }) => resetPassword(ctx, body),
    changePassword: (ctx, { body }) => changePassword(ctx, body),
    signOut: (ctx) => signOut(ctx),
  },
);
export const handler = onLambda(authApi, authenticate);
