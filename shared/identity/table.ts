import { outbox } from "../kernel/bus/outbox.ts";
import { idempotencyRecords } from "../kernel/http/idempotency.ts";
import { table } from "../kernel/table/table.ts";

/**
 * The storage of identity: one table. A person belongs to no org, so what is theirs has their id, their address or a
 * mail's token as its partition; everything of an org begins with the org. Its entities, each in its own file:
 *
 * - user/                        User, Credential
 * - session/session.ts           Session, UsedRefresh
 * - mail/one-time-token.ts       OneTimeToken
 * - org/org.ts                   Org
 * - membership/membership.ts     Membership
 * - invitation/invitation.ts     Invitation
 * - api-key/api-key.ts           ApiKey
 *
 * `gsi1` finds a person's memberships and an address's invitations, `gsi4` events that wait.
 */
export const identity = table("identity", ["gsi1", "gsi2", "gsi3", "gsi4"], {
  globals: [
    "User",
    "Credential",
    "Session",
    "UsedRefresh",
    "OneTimeToken",
    "Org",
    "Membership.byUser",
    "Invitation.byEmail",
    "Idempotency",
    "RateWindow",
    "Outbox.undelivered",
  ],
});

/** What identity's routes answered to an Idempotency-Key. */
export const Idempotency = idempotencyRecords(identity);
export const { Outbox, emit } = outbox(identity);
