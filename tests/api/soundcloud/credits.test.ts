import { beforeAll, describe, expect, it } from "vitest";
import { creditsApi } from "../../../functions/soundcloud/credits.api.ts";
import { refundWrites, releaseWrites, reserveWrites, settleWrites } from "../../../shared/soundcloud/credit/repost-credits.ts";
import type { Member } from "../../../shared/soundcloud/member/member.ts";
import { transact } from "../../../shared/kernel/table/table.ts";
import { reconcileOrg } from "../../../shared/soundcloud/reconcile/reconcile.ts";
import { soundcloud } from "../../../shared/soundcloud/table.ts";
import { type SoundcloudWorld, soundcloudWorld } from "../../support/soundcloud.ts";
import type { Person } from "../../support/world.ts";

let world: SoundcloudWorld;
let artist: { member: Member; person: Person };
beforeAll(async () => {
  world = await soundcloudWorld({ apis: [creditsApi] });
  artist = await world.artist({ followers: 100_000 });
});

const at = (id: string, rest: string) => `/soundcloud/members/${id}/${rest}`;
const adjust = (id: string, amount: number, more: object = {}) => world.admin.api.post(at(id, "credits/adjust"), { amount, reason: "a correction" }, more);
const ledger = async (id: string) => (await world.moderator.api.get(at(id, "ledger"))).body.items;
const books = () => reconcileOrg(world.ctx);

describe("GET /soundcloud/members/{member_id}/wallet and /ledger", () => {
  it("a member reads their own: balance, grant, cap and what is spendable; the chain stays inside", async () => {
    const { status, body } = await artist.person.api.get(at(artist.member.id, "wallet"));
    expect([status, body]).toMatchObject([
      200,
      { balance: 3, monthly_grant: 3, cap: 9, held: 0, reserved: 0, debt: 0, spendable: 3, last_granted_month: "2026-11" },
    ]);
    expect(body).not.toHaveProperty("last_hash");
    expect((await artist.person.api.get(at(artist.member.id, "ledger"))).body.items).toMatchObject([
      { change_amount: 3, balance_after: 3, bucket: "available", reason: "monthly_grant", reference_type: "monthly_grant", reference_id: "2026-11", seq: 1 },
    ]);
  });

  it("404 for another member's, another org's and none", async () => {
    const [mate, elsewhere] = [await world.member(), await (await world.org()).member()];
    for (const kind of ["wallet", "ledger"]) {
      expect((await artist.person.api.get(at(mate.id, kind))).status).toBe(404);
      expect((await world.admin.api.get(at(elsewhere.id, kind))).status).toBe(404);
      expect((await world.admin.api.get(at("019e1b9a-7c00-7000-8000-000000000099", kind))).status).toBe(404);
    }
  });
});

describe("POST /soundcloud/members/{member_id}/credits/adjust", () => {
  it("moves credits once per key, with the reason and who did it", async () => {
    const { id } = await world.member({ followers: 100_000 });
    const [first, again] = [await adjust(id, 2, { key: "two" }), await adjust(id, 2, { key: "two" })];
    expect(first).toMatchObject({ status: 200, body: { balance: 5, spendable: 5, version: 2 } });
    expect(again.body).toEqual(first.body);
    expect(first.body).toEqual((await world.moderator.api.get(at(id, "wallet"))).body);
    expect(await ledger(id)).toMatchObject([
      { change_amount: 2, reason: "manual_adjustment", reference_type: "manual", created_by: world.admin.user_id, metadata: { note: "a correction" }, seq: 2 },
      { seq: 1 },
    ]);
    expect((await adjust(id, 3, { key: "two" })).status).toBe(422);
  });

  it("holds what is above the cap and takes held first", async () => {
    const { id } = await world.member();
    expect((await adjust(id, 7)).body).toMatchObject({ balance: 3, held: 5 });
    expect((await adjust(id, -6)).body).toMatchObject({ balance: 2, held: 0 });
  });

  it("409 when more is taken than is free; nothing moves", async () => {
    const { id } = await world.member();
    expect((await adjust(id, -2)).problem).toMatchObject({ status: 409, code: "insufficient_credits", spendable: 1 });
    expect((await ledger(id)).length).toBe(1);
  });

  it.each([
    ["nothing", 0, "fine"],
    ["a part of a credit", 0.5, "fine"],
    ["too much", 1_000_001, "fine"],
    ["no reason", 1, "  "],
  ])("400 for %s", async (_, amount, reason) => {
    expect((await world.admin.api.post(at(artist.member.id, "credits/adjust"), { amount, reason })).status).toBe(400);
  });

  it("403 for a moderator and a member; 400 without a key; 404 for none", async () => {
    const post = (api: typeof world.admin.api, more: object = {}) => api.post(at(artist.member.id, "credits/adjust"), { amount: 1, reason: "mine" }, more);
    expect((await post(world.moderator.api)).status).toBe(403);
    expect((await post(artist.person.api)).status).toBe(403);
    expect((await world.admin.api.request("POST", at(artist.member.id, "credits/adjust"), { amount: 1, reason: "x" })).status).toBe(400);
    expect((await adjust("019e1b9a-7c00-7000-8000-000000000099", 1)).status).toBe(404);
  });

  it("six at once all count", async () => {
    const { id } = await world.member({ followers: 100_000 });
    const replies = await Promise.all(Array.from({ length: 6 }, () => adjust(id, 1)));
    expect(replies.map(({ status }) => status)).toEqual(Array(6).fill(200));
    expect(await world.wallet(id)).toMatchObject({ balance: 9, held: 0, seq: 7 });
  });
});

describe("reposts and the books", () => {
  const run = (writes: Parameters<typeof transact>[2]) => transact(world.ctx, soundcloud, writes, { pattern: "test.credits" });
  const repost = (price: number) => ({ assignment_id: world.ids.uuid(), price });

  it("reserve, settle, release and refund move what they say, and are applied once", async () => {
    const [payer, supporter] = [await world.member({ followers: 100_000, credits: 6 }), await world.member()];
    const [pays, earns] = [() => world.wallet(payer.id), () => world.wallet(supporter.id)];
    const [kept, given] = [repost(2), repost(1)];
    await run(reserveWrites(world.ctx, await pays(), kept));
    await run(reserveWrites(world.ctx, await pays(), given));
    expect((await world.admin.api.get(at(payer.id, "wallet"))).body).toMatchObject({ balance: 6, reserved: 3, spendable: 3 });
    await run(releaseWrites(world.ctx, await pays(), given));
    await run(settleWrites(world.ctx, await pays(), await earns(), kept, 0));
    expect(await pays()).toMatchObject({ balance: 4, reserved: 0, credits_used: 2 });
    expect(await earns()).toMatchObject({ balance: 3, credits_given: 2 });
    const left = repost(1);
    await run(reserveWrites(world.ctx, await pays(), left));
    const settled = settleWrites(world.ctx, { ...(await pays()), reserved: 2 }, await earns(), kept, 0);
    await expect(run(settled)).rejects.toMatchObject({ code: "reference_taken" });
    await run(refundWrites(world.ctx, await pays(), await earns(), kept, 0));
    expect(await pays()).toMatchObject({ balance: 6 });
    expect(await earns()).toMatchObject({ balance: 1, debt: 0 });
    // What is left is promised to an assignment that does not exist.
    expect((await books()).differences).toEqual([{ check: "wallet.reserved", subject: payer.id, stored: 1, computed: 0 }]);
    await run(releaseWrites(world.ctx, await pays(), left));
    expect((await books()).differences).toEqual([]);
  });

  it("client work is minted by the campaign account and returned to it", async () => {
    const supporter = await world.member();
    const work = repost(4);
    await run(settleWrites(world.ctx, undefined, await world.wallet(supporter.id), work, 0));
    expect((await world.moderator.api.get("/soundcloud/campaign-account")).body).toMatchObject({ minted: 4, returned: 0 });
    await run(refundWrites(world.ctx, undefined, await world.wallet(supporter.id), work, 0));
    expect((await world.moderator.api.get("/soundcloud/campaign-account")).body).toMatchObject({ minted: 4, returned: 4 });
    expect((await artist.person.api.get("/soundcloud/campaign-account")).status).toBe(403);
    expect((await books()).differences).toEqual([]);
  });
});
