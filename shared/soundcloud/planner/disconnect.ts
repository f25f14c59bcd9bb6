import type { OrgCtx } from "../../kernel/context.ts";
import { notFound } from "../../kernel/errors.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import type { MemberAccount } from "../member/member-account.ts";
import { visibleMember } from "../member/own-member.ts";
import { soundcloud } from "../table.ts";
import { Connection, connectionWrites } from "./connection.ts";

/** Connections of one status, for ops. */
export const listConnections = (ctx: OrgCtx, status: Connection["status"], page: PageRequest): Promise<PageOf<Connection>> =>
  Connection.query.byStatus(ctx, { org_id: ctx.org_id, status }, page);

/** A member's connections, for ops and the member. Throws DomainError not_found. */
export const listMemberConnections = async (ctx: OrgCtx, member_id: string, page: PageRequest): Promise<PageOf<Connection>> => {
  const { org_id, id } = await visibleMember(ctx, member_id);
  return Connection.list(ctx, { org_id, member_id: id }, page);
};

/**
 * Ends a connection by its owner's wish, or by ops'. Doing it again changes nothing but the time. Throws DomainError
 * not_found when the caller may not see the member, or there is no such account.
 */
export const disconnect = async (ctx: OrgCtx, member_id: string, platform: MemberAccount["platform"]): Promise<Connection> => {
  const member = await visibleMember(ctx, member_id);
  const key = { org_id: ctx.org_id, member_id: member.id, platform };
  return contend(async () => {
    const writes = await connectionWrites(ctx, key, { kind: "disconnected" });
    if (writes.length === 0) throw notFound("account");
    const result = Connection.after(writes);
    await transact(ctx, soundcloud, writes, { pattern: "connections.disconnect", result });
    return result;
  });
};
