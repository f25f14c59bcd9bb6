import type { Resource } from "../../shared/kernel/http/route.ts";
import { apiKeys } from "./api-keys.routes.ts";
import { auth } from "./auth.routes.ts";
import { invitations } from "./invitations.routes.ts";
import { memberships } from "./memberships.routes.ts";
import { orgs } from "./orgs.routes.ts";
import { roles } from "./roles.routes.ts";
import { sessions } from "./sessions.routes.ts";
import { users } from "./users.routes.ts";

/** Every route of the platform; what is not here does not exist. */
export const identityResources: readonly Resource[] = [auth, users, sessions, orgs, memberships, invitations, apiKeys, roles];
