import * as z from "zod";
import { ConnectionLost } from "../../../events/soundcloud/connection-lost.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { id, metadata, newId, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { type Write, stillMissing } from "../../kernel/table/table.ts";
import { ConnectionStatus, MemberAccount, Platform } from "../member/member-account.ts";
import { Member } from "../member/member.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";

const ERRORS_IN_A_ROW = 3;

/** How a member's account fares with those who act through it. One per account, from the first sign on. README, Connections. */
export const Connection = entity(soundcloud, "Connection", {
  fields: () => ({
    org_id: id,
    id: newId,
    member_id: id,
    platform: Platform,
    account_handle: z.string().min(1).max(255),
    member_account_id: id,
    status: ConnectionStatus.default("linked"),
    last_check_at: timestamp,
    last_success_at: timestamp.optional(),
    /** In a row. */
    error_count: z.int().min(0).default(0),
    last_error_message: z.string().max(500).optional(),
    /** When the loss was told; once per episode, which ends when the account is linked again. */
    reconnect_sent_at: timestamp.optional(),
    metadata: metadata.default({}),
  }),
  key: ["{org_id}#M#{member_id}", "K#{platform}"],
  indexes: { byStatus: { on: "gsi1", pk: "{org_id}#KS#{status}", sk: "{member_id}" } },
});
export type Connection = Item<typeof Connection>;

/** What was seen of an account: an action that succeeded at a time, one that failed, one that its network refused for want of a login, or its owner's wish to end it. */
export type Sign =
  | { readonly kind: "success"; readonly at: string }
  | { readonly kind: "error" | "refused"; readonly message: string }
  | { readonly kind: "disconnected" };

type Standing = Pick<Connection, "status" | "error_count" | "last_check_at">;

/** Pure: where a sign leads. A success from before the owner ended the connection does not bring it back. */
export const afterSign = ({ status, error_count, last_check_at }: Standing, sign: Sign): Pick<Connection, "status" | "error_count"> => {
  switch (sign.kind) {
    case "success":
      return status === "disconnected" && sign.at <= last_check_at ? { status, error_count } : { status: "linked", error_count: 0 };
    case "error":
      return { status: status === "linked" && error_count + 1 >= ERRORS_IN_A_ROW ? "error" : status, error_count: error_count + 1 };
    case "refused":
      return { status: status === "disconnected" ? status : "reconnect", error_count: error_count + 1 };
    case "disconnected":
      return { status: "disconnected", error_count };
  }
};

/** What an account's new standing means for the member: the SoundCloud account decides. */
const memberWrites = (ctx: OrgCtx, member: Member, platform: MemberAccount["platform"], isLinked: boolean): Write[] => {
  const status = isLinked ? "active" : "needs_reconnect";
  if (platform !== "soundcloud" || (member.status === status && member.soundcloud_linked === isLinked)) return [];
  return Member.writes.patch(ctx, member, { status, soundcloud_linked: isLinked });
};

/**
 * What a sync that found an account so makes of its connection, beside the account and the member, which the sync changes
 * itself. A link ends the episode of a loss, a loss begins one.
 */
export const syncedWrites = async (ctx: OrgCtx, account: MemberAccount, sync: Pick<MemberAccount, "handle" | "status">): Promise<Write[]> => {
  const { org_id, member_id, platform, id: account_id } = account;
  const at = { org_id, member_id, platform };
  const stored = await Connection.find(ctx, at, { consistent: true });
  const now = ctx.clock.now().toISOString();
  const isLost = sync.status !== "linked";
  const isTold = isLost && account.status === "linked" && stored?.reconnect_sent_at === undefined;
  if (!stored && !isTold) return [];
  const fields = { status: sync.status, account_handle: sync.handle, last_check_at: now };
  return [
    ...(stored
      ? Connection.writes.patch(ctx, stored, {
          ...fields,
          ...(isTold ? { reconnect_sent_at: now } : {}),
          ...(isLost ? {} : { error_count: 0, last_success_at: now, reconnect_sent_at: null }),
        })
      : stillMissing(Connection.writes.create(ctx, { ...at, ...fields, member_account_id: account_id, reconnect_sent_at: now }))),
    ...(isTold && sync.status !== "linked" ? soundcloudSystem.emit(ctx, ConnectionLost, { member_id, account_id, status: sync.status }) : []),
  ];
};

/**
 * What a sign changes: the connection, the account's and the member's status, and the one event of an episode. Nothing for
 * an account or a member that is gone. Read and decided here, stored by the caller's transaction, which a conflict repeats.
 */
export const connectionWrites = async (ctx: OrgCtx, key: Pick<MemberAccount, "member_id" | "platform">, sign: Sign): Promise<Write[]> => {
  const at = { org_id: ctx.org_id, ...key };
  const [member, account, stored] = await Promise.all([
    Member.find(ctx, { org_id: ctx.org_id, id: key.member_id }, { consistent: true }),
    MemberAccount.find(ctx, at, { consistent: true }),
    Connection.find(ctx, at, { consistent: true }),
  ]);
  if (!member || member.erased_at !== undefined || !account) return [];
  const now = ctx.clock.now().toISOString();
  const before: Standing = stored ?? { status: account.status, error_count: 0, last_check_at: account.created_at };
  const after = afterSign(before, sign);
  const isLinked = after.status === "linked";
  const isTold = !isLinked && stored?.reconnect_sent_at === undefined;
  const fields = {
    ...after,
    account_handle: account.handle,
    last_check_at: now,
    ...(sign.kind === "success" ? { last_success_at: now } : {}),
    ...("message" in sign ? { last_error_message: sign.message.slice(0, 500) } : {}),
  };
  const { id: account_id, status } = account;
  return [
    ...(stored
      ? Connection.writes.patch(ctx, stored, { ...fields, ...(isTold ? { reconnect_sent_at: now } : isLinked ? { reconnect_sent_at: null } : {}) })
      : stillMissing(Connection.writes.create(ctx, { ...at, ...fields, member_account_id: account_id, ...(isTold ? { reconnect_sent_at: now } : {}) }))),
    ...(status === after.status ? [] : MemberAccount.writes.patch(ctx, account, { status: after.status })),
    ...memberWrites(ctx, member, key.platform, isLinked),
    ...(isTold && after.status !== "linked" ? soundcloudSystem.emit(ctx, ConnectionLost, { member_id: member.id, account_id, status: after.status }) : []),
  ];
};
