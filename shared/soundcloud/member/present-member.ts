import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import type { PageOf } from "../../kernel/http/route.ts";
import { monthOf } from "../credit/open-wallet.ts";
import { Wallet } from "../credit/wallet.ts";
import { getSettings } from "../settings/get-settings.ts";
import type { Settings } from "../settings/settings.ts";
import { GenreFamily } from "../taxonomy/genre-family.ts";
import { Subgenre } from "../taxonomy/subgenre.ts";
import { Member } from "./member.ts";

/** Kept for readers of the old column; nothing enforces it. */
const MONTHLY_CREDIT_LIMIT = 1000;
const DAY_MS = 24 * 3600 * 1000;

/** A member with what follows from the wallet, the genres and the settings; all of it read-only. README, Credits, Projections. */
export const MemberView = Member.api.response.extend({
  /** The same as `soundcloud_followers`. */
  followers: z.int(),
  families: z.array(z.string()),
  subgenres: z.array(z.string()),
  credits_given: z.int(),
  credits_used: z.int(),
  net_credits: z.int(),
  credits_balance: z.int(),
  credits_cap: z.int(),
  credits_monthly_grant: z.int(),
  last_grant_at: z.iso.datetime(),
  monthly_credit_limit: z.int(),
  /** No activity for the settings' `inactivity_days`. */
  inactive: z.boolean(),
});
export type MemberView = z.output<typeof MemberView>;

interface Names {
  readonly families: ReadonlyMap<string, string>;
  readonly subgenres: ReadonlyMap<string, string>;
}

/** Names of all genres of a page of members, in one read for each kind. */
const namesOf = async (ctx: OrgCtx, members: readonly Member[]): Promise<Names> => {
  const { org_id } = ctx;
  const pairs = members.flatMap((member) => member.genre_pairs).map((pair) => pair.split("/"));
  const keys = (at: 0 | 1) => [...new Set(pairs.map((pair) => pair[at]!))].filter((id) => id !== "-").map((id) => ({ org_id, id }));
  const [families, subgenres] = await Promise.all([GenreFamily.getMany(ctx, keys(0)), Subgenre.getMany(ctx, keys(1))]);
  const byId = (genres: readonly { readonly id: string; readonly name: string }[]) => new Map(genres.map(({ id, name }) => [id, name]));
  return { families: byId(families), subgenres: byId(subgenres) };
};

const named = (names: ReadonlyMap<string, string>, ids: readonly string[]): string[] => [...new Set(ids.flatMap((id) => names.get(id) ?? []))].toSorted();

const view = (
  ctx: OrgCtx,
  { submissions_month, avoided_handles: _, erasing: __, ...member }: Member,
  wallet: Wallet,
  settings: Settings,
  names: Names,
): MemberView => {
  const now = ctx.clock.now();
  const pairs = member.genre_pairs.map((pair) => pair.split("/"));
  return {
    ...member,
    submissions_this_month: submissions_month === monthOf(now) ? member.submissions_this_month : 0,
    followers: member.soundcloud_followers,
    families: named(
      names.families,
      pairs.map((pair) => pair[0]!),
    ),
    subgenres: named(
      names.subgenres,
      pairs.map((pair) => pair[1]!),
    ),
    credits_given: wallet.credits_given,
    credits_used: wallet.credits_used,
    net_credits: wallet.credits_given - wallet.credits_used,
    credits_balance: wallet.balance,
    credits_cap: wallet.cap,
    credits_monthly_grant: wallet.monthly_grant,
    last_grant_at: wallet.last_granted_at,
    monthly_credit_limit: MONTHLY_CREDIT_LIMIT,
    inactive: now.getTime() - Date.parse(member.last_activity_at) > settings.inactivity_days * DAY_MS,
  };
};

/** Members as they are shown: one batch read of the wallets and two of genres, however many members. */
export const presentMembers = async (ctx: OrgCtx, members: readonly Member[]): Promise<MemberView[]> => {
  const { org_id } = ctx;
  const [settings, names, wallets] = await Promise.all([
    getSettings(ctx),
    namesOf(ctx, members),
    Wallet.getMany(
      ctx,
      members.map((member) => ({ org_id, member_id: member.id })),
      { consistent: true },
    ),
  ]);
  const walletOf = new Map(wallets.map((wallet) => [wallet.member_id, wallet]));
  return members.map((member) => {
    const wallet = walletOf.get(member.id);
    if (!wallet) throw new Error(`Member ${member.id} has no wallet; both are made in one transaction.`);
    return view(ctx, member, wallet, settings, names);
  });
};

export const presentMember = async (ctx: OrgCtx, member: Member): Promise<MemberView> => (await presentMembers(ctx, [member]))[0]!;

export const presentMemberPage = async (ctx: OrgCtx, { items, position }: PageOf<Member>): Promise<PageOf<MemberView>> => ({
  items: await presentMembers(ctx, items),
  position,
});
