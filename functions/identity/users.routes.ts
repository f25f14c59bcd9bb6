import { resource, route, signedIn } from "../../shared/kernel/http/route.ts";
import { PersonalExport } from "../../shared/identity/user/export-me.ts";
import { User } from "../../shared/identity/user/user.ts";

const userExample = {
  id: "019e1b9a-7c00-7000-8000-000000000001",
  email: "ada@example.com",
  full_name: "Ada Lovelace",
  timezone: "Europe/London",
  personal_org_id: "019e1b9a-7c00-7000-8000-000000000004",
  status: "active",
  email_verified_at: "2026-11-20T10:00:00.000Z",
  version: 2,
  created_at: "2026-11-20T09:58:00.000Z",
  updated_at: "2026-11-20T10:00:00.000Z",
};

export const users = resource("identity", "users", "The caller's own account.", {
  getMe: route({
    method: "GET",
    path: "/identity/users/me",
    summary: "Read the own account",
    policy: signedIn,
    reply: { status: 200, body: User.api.response },
    example: { reply: userExample },
  }),
  updateMe: route({
    method: "PATCH",
    path: "/identity/users/me",
    summary: "Change name or time zone",
    policy: signedIn,
    if_match: true,
    body: User.api.patch,
    reply: { status: 200, body: User.api.response },
    example: { body: { timezone: "Europe/London" }, reply: userExample },
  }),
  exportMe: route({
    method: "GET",
    path: "/identity/users/me/export",
    summary: "Export everything stored about the caller",
    description: "What identity stores; each platform exports its own part.",
    policy: signedIn,
    reply: { status: 200, body: PersonalExport },
    rate_limit: { by: "actor", max: 10, per_seconds: 3600 },
    example: {
      reply: {
        exported_at: "2026-11-20T11:00:00.000Z",
        user: userExample,
        sign_in: { email: "ada@example.com", password_changed_at: "2026-11-20T09:58:00.000Z", last_sign_in_at: "2026-11-20T10:00:00.000Z" },
        memberships: [],
        sessions: [],
        invitations: [],
      },
    },
  }),
  eraseMe: route({
    method: "DELETE",
    path: "/identity/users/me",
    summary: "Erase the own account",
    description: "Ends all sessions, leaves all orgs, closes those that nobody else is in, and frees the address. Cannot be undone.",
    policy: signedIn,
    if_match: true,
    reply: { status: 204, body: null },
    errors: { hand_over_first: { status: 409, when: "an org with other members would be left without an owner or a platform's top role; `orgs` names them" } },
  }),
});
