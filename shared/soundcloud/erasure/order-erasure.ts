import { MemberErasureOrdered } from "../../../events/soundcloud/member-erasure-ordered.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { MemberAccount, Platform } from "../member/member-account.ts";
import { Member } from "../member/member.ts";
import { Connection } from "../planner/connection.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";

/** The name that every erased member has. */
export const ERASED_NAME = "Erased member";

/** The Spotify handles that the member had, as avoid lists write them. */
const spotifyHandles = ({ spotify_handle }: Member, accounts: readonly MemberAccount[]): string[] => {
  const linked = accounts.flatMap(({ platform, handle }) => (platform === "spotify" ? [handle] : []));
  return [...new Set([...linked, ...(spotify_handle === undefined ? [] : [spotify_handle.trim().toLowerCase()])])];
};

/** What the job looks for once the member does not say it any more. */
const textsOf = (member: Member, accounts: readonly MemberAccount[]) => {
  const { emails, soundcloud_handle, user_id } = member;
  return {
    emails,
    ...(soundcloud_handle === undefined ? {} : { handle: soundcloud_handle }),
    ...(user_id === undefined ? {} : { user_id }),
    spotify_handles: spotifyHandles(member, accounts),
  };
};

/** The member without the person: what is left counts credits and reposts. */
const withoutPerson = (ctx: OrgCtx, erasing: ReturnType<typeof textsOf>) => ({
  name: ERASED_NAME,
  emails: [],
  primary_email: null,
  status: "needs_reconnect" as const,
  soundcloud_followers: 0,
  soundcloud_linked: false,
  soundcloud_url: null,
  soundcloud_handle: null,
  soundcloud_urn: null,
  spotify_handle: null,
  genre_family_id: null,
  manual_genres: [],
  genre_notes: null,
  user_id: null,
  erased_at: ctx.clock.now().toISOString(),
  erasing,
});

const connectionsOf = (ctx: OrgCtx, member_id: string): Promise<Connection[]> => {
  const keys = Platform.options.map((platform) => ({ org_id: ctx.org_id, member_id, platform }));
  return Connection.getMany(ctx, keys, { consistent: true });
};

const accountsOf = (ctx: OrgCtx, member_id: string): Promise<MemberAccount[]> => {
  const keys = Platform.options.map((platform) => ({ org_id: ctx.org_id, member_id, platform }));
  return MemberAccount.getMany(ctx, keys, { consistent: true });
};

/**
 * Takes the person out of a member at once: name, addresses, channel, accounts and user link go, the addresses are free
 * again, nothing new is asked of the member; the event in the same transaction wakes the job that clears the rest.
 * Ordered again it wakes the job again while that is not done, and changes nothing afterwards.
 * Throws DomainError not_found or `stale`.
 */
export const orderErasure = (ctx: OrgCtx, member_id: string, version?: number): Promise<Member> =>
  contend(async () => {
    const key = { org_id: ctx.org_id, id: member_id };
    const member = await Member.get(ctx, key, { consistent: true });
    const isDone = member.erased_at !== undefined && member.erasing === undefined;
    const [accounts, connections] = await Promise.all([accountsOf(ctx, member_id), connectionsOf(ctx, member_id)]);
    const change = member.erased_at === undefined ? withoutPerson(ctx, textsOf(member, accounts)) : {};
    const writes = [
      ...Member.writes.patch(ctx, member, change, { version }),
      ...accounts.flatMap((account) => MemberAccount.writes.delete(ctx, account)),
      ...connections.flatMap((connection) => Connection.writes.delete(ctx, connection)),
      ...soundcloudSystem.emit(ctx, MemberErasureOrdered, { member_id }),
    ];
    if (isDone) return member;
    await transact(ctx, soundcloud, writes, { pattern: "members.orderErasure" });
    return Member.get(ctx, key, { consistent: true });
  });
