import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { authenticate } from "../../shared/identity/authenticate.ts";
import { Idempotency } from "../../shared/identity/table.ts";
import { acceptInvitation } from "../../shared/identity/invitation/accept-invitation.ts";
import { getInvitation, invite, listInvitations, revokeInvitation } from "../../shared/identity/invitation/invite.ts";
import { invitations } from "./invitations.routes.ts";

export const invitationsApi = api(
  invitations,
  { records: Idempotency, ports: {} },
  {
    invite: { run: (ctx, { body }) => invite(ctx, body), present: (ctx, { id }: { id: string }) => getInvitation(ctx, id) },
    listInvitations: (ctx, { page }) => listInvitations(ctx, page),
    revokeInvitation: (ctx, { params }) => revokeInvitation(ctx, params.invitation_id),
    acceptInvitation: (ctx, { body }) => acceptInvitation(ctx, body),
  },
);
export const handler = onLambda(invitationsApi, authenticate);
