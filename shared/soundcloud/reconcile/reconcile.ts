import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { inParallel } from "../../kernel/queue/parallel.ts";
import type { Page } from "../../kernel/table/types.ts";
import { CampaignAccount } from "../credit/campaign-account.ts";
import { Wallet } from "../credit/wallet.ts";
import { Member } from "../member/member.ts";
import { Queue } from "../queue/queue.ts";
import { Difference, compare } from "./difference.ts";
import { checkMember } from "./members.ts";
import { checkQueue } from "./queues.ts";
import { checkWallet } from "./wallets.ts";

const PARALLEL = 8;
/** A difference counts when it is still there after as many looks: a change may be half visible between two reads. */
const LOOKS = 3;

export const Reconciliation = z.object({
  differences: z.array(Difference),
  checked: z.object({ wallets: z.int(), ledger_entries: z.int(), members: z.int(), queues: z.int(), campaign_account: z.boolean() }),
});
export type Reconciliation = z.output<typeof Reconciliation>;

/** Looks again, at the item as it is then, while there are differences. */
const insist = async <T, R extends { readonly differences: readonly Difference[] }>(
  item: T,
  reread: () => Promise<T>,
  check: (item: T) => Promise<R>,
): Promise<R> => {
  let found = await check(item);
  for (let look = 1; look < LOOKS && found.differences.length > 0; look++) found = await check(await reread());
  return found;
};

/** Runs a check on every item of a query, a page at a time. */
const checkAll = async <T, R>(query: (page: { readonly position?: unknown }) => Promise<Page<T>>, check: (item: T) => Promise<R>): Promise<R[]> => {
  const results: R[] = [];
  for await (const items of pages(query)) results.push(...(await inParallel(items, PARALLEL, check)));
  return results;
};

async function* pages<T>(query: (page: { readonly position?: unknown }) => Promise<Page<T>>): AsyncGenerator<T[]> {
  let position: unknown;
  do {
    const page = await query(position === undefined ? {} : { position });
    yield page.items;
    position = page.position;
  } while (position !== undefined);
}

/**
 * Recomputes from raw items what is kept on write: wallets from their ledgers, with every entry's hash; what members
 * mirror; the campaign account from the minted entries; the queues' counts. Changes nothing. While client work is being
 * paid the campaign account is left out, since its parts are read one after another.
 */
export const reconcileOrg = async (ctx: OrgCtx): Promise<Reconciliation> => {
  const { org_id } = ctx;
  const before = await CampaignAccount.get(ctx, { org_id }, { consistent: true });
  const wallets = await checkAll(
    (page) => Wallet.query.all(ctx, { org_id }, page),
    (wallet) =>
      insist(
        wallet,
        () => Wallet.get(ctx, wallet, { consistent: true }),
        (one) => checkWallet(ctx, one),
      ),
  );
  const members = await checkAll(
    (page) => Member.query.all(ctx, { org_id }, page),
    (member) =>
      insist(
        member,
        () => Member.get(ctx, member, { consistent: true }),
        async (one) => ({ differences: await checkMember(ctx, one) }),
      ),
  );
  const queues = await checkAll(
    (page) => Queue.query.byDate(ctx, { org_id }, page),
    (queue) =>
      insist(
        queue,
        () => Queue.get(ctx, queue, { consistent: true }),
        async (one) => ({ differences: await checkQueue(ctx, one) }),
      ),
  );
  const after = await CampaignAccount.get(ctx, { org_id }, { consistent: true });
  const still = before.version === after.version && before.minted === after.minted && before.returned === after.returned;
  const sum = (field: "minted" | "returned" | "entries"): number => wallets.reduce((total, wallet) => total + wallet[field], 0);
  const account = still
    ? compare("campaign_account", org_id, { minted: after.minted, returned: after.returned }, { minted: sum("minted"), returned: sum("returned") })
    : [];
  return {
    differences: [...[...wallets, ...members, ...queues].flatMap(({ differences }) => differences), ...account],
    checked: { wallets: wallets.length, ledger_entries: sum("entries"), members: members.length, queues: queues.length, campaign_account: still },
  };
};
