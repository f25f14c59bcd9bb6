import type { OrgCtx } from "../../kernel/context.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { visibleMember } from "../member/own-member.ts";
import { CampaignAccount } from "./campaign-account.ts";
import { LedgerEntry } from "./ledger-entry.ts";
import { type WalletView, presentWallet } from "./present-wallet.ts";
import { Wallet } from "./wallet.ts";

/** A member's credits now. Throws DomainError not_found. */
export const getWallet = async (ctx: OrgCtx, member_id: string): Promise<WalletView> => {
  const member = await visibleMember(ctx, member_id);
  return presentWallet(await Wallet.get(ctx, { org_id: ctx.org_id, member_id: member.id }, { consistent: true }));
};

/** Every movement of a member's credits, newest first. Throws DomainError not_found. */
export const listLedger = async (ctx: OrgCtx, member_id: string, page: PageRequest): Promise<PageOf<LedgerEntry>> => {
  const member = await visibleMember(ctx, member_id);
  return LedgerEntry.list(ctx, { org_id: ctx.org_id, member_id: member.id }, { ...page, desc: true });
};

/** What the org minted for client work, and what came back. */
export const getCampaignAccount = (ctx: OrgCtx): Promise<CampaignAccount> => CampaignAccount.get(ctx, { org_id: ctx.org_id }, { consistent: true });
