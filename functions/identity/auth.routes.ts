import * as z from "zod";
import { email } from "../../shared/kernel/fields.ts";
import { anyone, resource, route, signedIn } from "../../shared/kernel/http/route.ts";
import { Tokens } from "../../shared/identity/session/tokens.ts";
import { FullName, TimeZone } from "../../shared/identity/user/user.ts";

const Password = z.string().max(1000);
const Token = z.string().min(1).max(512);
const Accepted = z.strictObject({ status: z.literal("accepted") });

const tokenErrors = { token_not_valid: { status: 422, when: "the token is unknown, expired or used" } } as const;
const perIp = (max: number) => ({ by: "ip", max, per_seconds: 60 }) as const;

const tokensExample = {
  user_id: "019e1b9a-7c00-7000-8000-000000000001",
  session_id: "019e1b9a-7c00-7000-8000-000000000003",
  access_token: "gsa_AZ4bmnwAcACAAAAAAAAAAQ",
  access_expires_at: "2026-11-20T10:15:00.000Z",
  refresh_token: "gsr_AZ4bmnwAcACAAAAAAAAAAQ",
  refresh_expires_at: "2026-12-20T10:00:00.000Z",
};

export const auth = resource("identity", "auth", "Signing up, in and out. Answers tell nobody whether an address has an account.", {
  signUp: route({
    method: "POST",
    path: "/identity/auth/sign-up",
    summary: "Sign up",
    description:
      "Makes an account with a personal org and mails a link to verify the address. An address that has an account gets the same answer, and its owner a mail that says so. Repeating it is harmless.",
    policy: anyone,
    body: z.strictObject({ email, password: Password, full_name: FullName.optional(), timezone: TimeZone.optional() }),
    reply: { status: 202, body: Accepted },
    rate_limit: perIp(20),
    example: { body: { email: "ada@example.com", password: "correct horse battery", full_name: "Ada Lovelace" }, reply: { status: "accepted" } },
  }),
  verifyEmail: route({
    method: "POST",
    path: "/identity/auth/verify-email",
    summary: "Verify an address with the token of a mail",
    policy: anyone,
    body: z.strictObject({ token: Token }),
    reply: { status: 204, body: null },
    errors: tokenErrors,
    rate_limit: perIp(60),
    example: { body: { token: "gst_AZ4bmnwAcACAAAAAAAAAAQ" } },
  }),
  signIn: route({
    method: "POST",
    path: "/identity/auth/sign-in",
    summary: "Sign in",
    policy: anyone,
    body: z.strictObject({ email, password: Password }),
    reply: { status: 200, body: Tokens },
    errors: {
      wrong_credentials: { status: 401, when: "the address is unknown or the password wrong; which of them is not told" },
      email_not_verified: { status: 403, when: "the password is right, but the address was never verified" },
    },
    rate_limit: perIp(60),
    example: { body: { email: "ada@example.com", password: "correct horse battery" }, reply: tokensExample },
  }),
  refreshSession: route({
    method: "POST",
    path: "/identity/auth/refresh",
    summary: "Exchange a refresh token for new tokens",
    description: "Each refresh token works once. One that comes back ends its session: two hold it.",
    policy: anyone,
    body: z.strictObject({ refresh_token: Token }),
    reply: { status: 200, body: Tokens },
    errors: { refresh_token_not_valid: { status: 401, when: "the token is unknown, expired or used, or its session has ended" } },
    rate_limit: perIp(120),
    example: { body: { refresh_token: tokensExample.refresh_token }, reply: tokensExample },
  }),
  requestPasswordReset: route({
    method: "POST",
    path: "/identity/auth/request-password-reset",
    summary: "Ask for a password reset mail",
    policy: anyone,
    body: z.strictObject({ email }),
    reply: { status: 202, body: Accepted },
    rate_limit: perIp(20),
    example: { body: { email: "ada@example.com" }, reply: { status: "accepted" } },
  }),
  resetPassword: route({
    method: "POST",
    path: "/identity/auth/reset-password",
    summary: "Set a new password with the token of a mail",
    description: "Ends every session of the person and counts as verifying the address.",
    policy: anyone,
    body: z.strictObject({ token: Token, password: Password }),
    reply: { status: 204, body: null },
    errors: tokenErrors,
    rate_limit: perIp(20),
    example: { body: { token: "gst_AZ4bmnwAcACAAAAAAAAAAQ", password: "another horse battery" } },
  }),
  changePassword: route({
    method: "POST",
    path: "/identity/auth/change-password",
    summary: "Change the password",
    description: "Ends the other sessions of the person.",
    policy: signedIn,
    body: z.strictObject({ password: Password, new_password: Password }),
    reply: { status: 204, body: null },
    errors: { wrong_password: { status: 403, when: "the present password is wrong" } },
    rate_limit: { by: "actor", max: 20, per_seconds: 60 },
    example: { body: { password: "correct horse battery", new_password: "another horse battery" } },
  }),
  signOut: route({
    method: "POST",
    path: "/identity/auth/sign-out",
    summary: "Sign out",
    description: "Ends the session that asks; its tokens are worth nothing from now on.",
    policy: signedIn,
    reply: { status: 204, body: null },
  }),
});
