import { type Access, type TableUse, apiLambda, platform, scheduleLambda, streamLambda, workerLambda } from "../../shared/kernel/lambda.ts";
import { SendMail } from "../../events/identity/send-mail.v1.ts";
import { SignUpRepeated } from "../../events/identity/sign-up-repeated.v1.ts";
import { UserInvited } from "../../events/identity/user-invited.v1.ts";
import { UserSignedUp } from "../../events/identity/user-signed-up.v1.ts";
import { apiKeys } from "./api-keys.routes.ts";
import { auth } from "./auth.routes.ts";
import { invitations } from "./invitations.routes.ts";
import { memberships } from "./memberships.routes.ts";
import { orgs } from "./orgs.routes.ts";
import { roles } from "./roles.routes.ts";
import { sessions } from "./sessions.routes.ts";
import { users } from "./users.routes.ts";

/** The table, and how it is reached. */
const on = (...identity: TableUse[]): Access => ({ tables: { identity } });

export const identityPlatform = platform("identity", {
  auth: apiLambda(auth, { ...on("get", "get-many", "put", "update"), sends: [SendMail] }),
  users: apiLambda(users, { ...on("get", "get-many", "query", "gsi1", "put", "update", "delete"), vault: ["seal"] }),
  sessions: apiLambda(sessions, on("get", "get-many", "query", "update")),
  orgs: apiLambda(orgs, on("get", "get-many", "gsi1", "put", "update", "delete", "check")),
  memberships: apiLambda(memberships, on("get", "get-many", "query", "put", "update", "delete")),
  invitations: apiLambda(invitations, on("get", "get-many", "query", "put", "update", "delete", "check")),
  "api-keys": apiLambda(apiKeys, on("get", "get-many", "query", "put", "update", "delete", "check")),
  roles: apiLambda(roles, on("get", "get-many")),
  "send-mail": workerLambda(
    SendMail,
    "Nobody gets mails: new people cannot verify their address, forgotten passwords cannot be reset and invitations do not arrive.",
    { ...on("get", "put", "update"), vault: ["seal", "open"], calls: ["resend"] },
    { subscribes: [UserSignedUp, SignUpRepeated, UserInvited] },
  ),
  outbox: streamLambda(
    "identity",
    "Facts of identity reach nobody for up to five minutes, until the sweep brings them: mails and the setting up of platforms wait.",
    { ...on("get-many", "delete-many"), publishes: true },
  ),
  "sweep-outbox": scheduleLambda(
    "*/5 * * * ? *",
    "Facts that the stream left behind stay unpublished: their mails are not sent and platforms are not set up.",
    { ...on("gsi4", "delete-many"), publishes: true },
  ),
});
