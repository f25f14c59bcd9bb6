import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { Wallet } from "../credit/wallet.ts";
import { AvoidListItem } from "../member/avoid-list-item.ts";
import { genrePair } from "../member/create-member.ts";
import { MemberAccount } from "../member/member-account.ts";
import { MemberGenre } from "../member/member-genre.ts";
import type { Member } from "../member/member.ts";
import { type Difference, compare } from "./difference.ts";

/** Recomputes what a member mirrors: genres, avoided handles, the followers and health of the SoundCloud account; and that there is a wallet. */
export const checkMember = async (ctx: OrgCtx, member: Member): Promise<Difference[]> => {
  const at = { org_id: ctx.org_id, member_id: member.id };
  const [genres, avoided, account, wallet] = await Promise.all([
    Array.fromAsync(every((page) => MemberGenre.list(ctx, at, page))),
    Array.fromAsync(every((page) => AvoidListItem.list(ctx, at, page))),
    MemberAccount.find(ctx, { ...at, platform: "soundcloud" }, { consistent: true }),
    Wallet.find(ctx, at, { consistent: true }),
  ]);
  return compare(
    "member",
    member.id,
    {
      wallets: 1,
      genre_pairs: member.genre_pairs,
      avoided_handles: member.avoided_handles,
      soundcloud_followers: member.soundcloud_followers,
      soundcloud_linked: String(member.soundcloud_linked),
    },
    {
      wallets: wallet ? 1 : 0,
      genre_pairs: genres.map(genrePair),
      avoided_handles: avoided.flatMap((item) => (item.platform === "soundcloud" ? [item.avoided_handle] : [])),
      soundcloud_followers: account?.follower_count ?? 0,
      soundcloud_linked: String(account?.status === "linked"),
    },
  );
};
