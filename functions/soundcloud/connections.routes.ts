import * as z from "zod";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { ConnectionStatus, Platform } from "../../shared/soundcloud/member/member-account.ts";
import { Connection } from "../../shared/soundcloud/planner/connection.ts";

const everyone = roles("soundcloud", { admin: "all", moderator: "all", member: "own" });
const MemberParams = z.strictObject({ member_id: z.uuid() });
const connection = { status: 200, body: Connection.api.response } as const;

export const connections = resource("soundcloud", "connections", "How members' accounts fare with those who act through them.", {
  listConnections: route({
    method: "GET",
    path: "/soundcloud/connections",
    summary: "List connections of one status",
    policy: roles("soundcloud", { admin: "all", moderator: "all" }),
    query: z.strictObject({ status: ConnectionStatus }),
    list: true,
    reply: connection,
  }),
  listMemberConnections: route({
    method: "GET",
    path: "/soundcloud/members/{member_id}/connections",
    summary: "List a member's connections",
    policy: everyone,
    params: MemberParams,
    list: true,
    reply: connection,
  }),
  disconnect: route({
    method: "POST",
    path: "/soundcloud/members/{member_id}/connections/{platform}/disconnect",
    summary: "End a connection",
    description: "The member then needs to connect again. What is planned at Influence Planner is cancelled there.",
    policy: everyone,
    params: MemberParams.extend({ platform: Platform }),
    idempotent: true,
    reply: connection,
  }),
});
