import { apiLambda, platform, scheduleLambda, streamLambda, workerLambda } from "../../shared/kernel/lambda.ts";
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

const reads = { tables: { identity: "read" } } as const;
const writes = { tables: { identity: "write" } } as const;

export const identityPlatform = platform("identity", {
  auth: apiLambda(auth, { ...writes, sends: [SendMail] }),
  users: apiLambda(users, writes),
  sessions: apiLambda(sessions, writes),
  orgs: apiLambda(orgs, writes),
  memberships: apiLambda(memberships, writes),
  invitations: apiLambda(invitations, writes),
  "api-keys": apiLambda(apiKeys, writes),
  roles: apiLambda(roles, reads),
  "send-mail": workerLambda(
    SendMail,
    "Nobody gets mails: new people cannot verify their address, forgotten passwords cannot be reset and invitations do not arrive.",
    { ...writes, vault: true, calls: ["resend"] },
    { subscribes: [UserSignedUp, SignUpRepeated, UserInvited] },
  ),
  outbox: streamLambda(
    "identity",
    "Facts of identity reach nobody for up to five minutes, until the sweep brings them: mails and the setting up of platforms wait.",
    { ...writes, publishes: true },
  ),
  "sweep-outbox": scheduleLambda(
    "*/5 * * * ? *",
    "Facts that the stream left behind stay unpublished: their mails are not sent and platforms are not set up.",
    { ...writes, publishes: true },
  ),
});
