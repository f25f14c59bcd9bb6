import * as z from "zod";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { CampaignAccount } from "../../shared/soundcloud/credit/campaign-account.ts";
import { LedgerEntry } from "../../shared/soundcloud/credit/ledger-entry.ts";
import { WalletView } from "../../shared/soundcloud/credit/present-wallet.ts";

const everyone = roles("soundcloud", { admin: "all", moderator: "all", member: "own" });
const ops = roles("soundcloud", { admin: "all", moderator: "all" });
const admin = roles("soundcloud", { admin: "all" });
const MemberParams = z.strictObject({ member_id: z.uuid() });

export const credits = resource("soundcloud", "credits", "Members' credits: the wallet, every movement in its ledger, and corrections by hand.", {
  getWallet: route({
    method: "GET",
    path: "/soundcloud/members/{member_id}/wallet",
    summary: "Read a member's credits",
    description: "`spendable` is what a new repost may cost: the balance without what is reserved and owed.",
    policy: everyone,
    params: MemberParams,
    reply: { status: 200, body: WalletView },
  }),
  listLedger: route({
    method: "GET",
    path: "/soundcloud/members/{member_id}/ledger",
    summary: "List the movements of a member's credits, newest first",
    policy: everyone,
    params: MemberParams,
    list: true,
    reply: { status: 200, body: LedgerEntry.api.response },
  }),
  adjustCredits: route({
    method: "POST",
    path: "/soundcloud/members/{member_id}/credits/adjust",
    summary: "Correct a member's credits by hand",
    description: "What does not fit below the cap is held; what is reserved is never taken. The ledger keeps the reason.",
    policy: admin,
    params: MemberParams,
    idempotent: true,
    body: z.strictObject({
      amount: z
        .int()
        .min(-1_000_000)
        .max(1_000_000)
        .refine((amount) => amount !== 0, "is not 0"),
      reason: z.string().trim().min(1).max(500),
    }),
    reply: { status: 200, body: WalletView },
    errors: { insufficient_credits: { status: 409, when: "more is taken than the member has unreserved" } },
    example: { body: { amount: 2, reason: "Support that was not counted on 2026-11-03." } },
  }),
  getCampaignAccount: route({
    method: "GET",
    path: "/soundcloud/campaign-account",
    summary: "Read what client work has minted",
    policy: ops,
    reply: { status: 200, body: CampaignAccount.api.response },
  }),
});
