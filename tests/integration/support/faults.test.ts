import { describe, expect, it } from "vitest";
import { Membership } from "../../../shared/identity/membership/membership.ts";
import { identity } from "../../../shared/identity/table.ts";
import { every } from "../../../shared/kernel/table/every.ts";
import { makeTable, testCtx, testDatabase } from "../../support/dynamo.ts";
import { type CrashGate, FAULT_KINDS, HTTP_FAULT_KINDS, type FaultKind, crashPoints, faultGate } from "../../support/faults.ts";

const placeBehind = async (wrap: CrashGate["wrap"]) => testCtx({ db: testDatabase({ tables: { identity: await makeTable(identity) }, wrap }) });

describe("faultGate", () => {
  it("fires every kind, and what survives it is right", async () => {
    const gate = faultGate({ seed: 3, rate: 0.5, kinds: FAULT_KINDS.filter((kind) => !kind.startsWith("crash")) });
    const ctx = await placeBehind(gate.wrap);
    const { org_id } = ctx;
    const ids = Array.from({ length: 30 }, () => ctx.ids.uuid());
    gate.start();
    const insist = async <T>(work: () => Promise<T>): Promise<T> => {
      for (;;)
        try {
          return await work();
        } catch {
          // The fault's own business; the next try decides.
        }
    };
    await insist(() =>
      Membership.putMany(
        ctx,
        ids.map((user_id) => ({ org_id, user_id })),
      ),
    );
    for (let round = 0; round < 12 && gate.unfired(["short_page", "unprocessed"]).length > 0; round++) {
      expect(
        await insist(() =>
          Membership.getMany(
            ctx,
            ids.map((user_id) => ({ org_id, user_id })),
          ),
        ),
      ).toHaveLength(30);
      expect(await insist(() => Array.fromAsync(every((page) => Membership.list(ctx, { org_id }, { ...page, limit: 7 }))))).toHaveLength(30);
    }
    gate.stop();
    expect(gate.unfired(["short_page", "unprocessed"])).toEqual([]);
    expect(gate.faults).toBeGreaterThan(5);
  });

  it("does nothing before it is started", async () => {
    const gate = faultGate({ seed: 1, rate: 1 });
    const ctx = await placeBehind(gate.wrap);
    await Membership.create(ctx, { org_id: ctx.org_id, user_id: ctx.ids.uuid() });
    expect([gate.faults, gate.calls]).toEqual([0, 0]);
  });

  it("stands under fetch too", async () => {
    const gate = faultGate({ seed: 5, rate: 1 });
    gate.start();
    let sent = 0;
    const fetch = gate.fetch(async () => {
      sent += 1;
      return Response.json({});
    });
    for (let call = 0; call < 60; call++) await fetch("https://provider.example").catch(() => undefined);
    expect(gate.unfired(HTTP_FAULT_KINDS)).toEqual([]);
    expect(sent).toBe(gate.fired["lost_reply"]);
  });
});

describe("crashPoints", () => {
  const job = (repeatable: boolean) => ({
    world: async (gate: CrashGate) => {
      const ctx = await placeBehind(gate.wrap);
      return { ctx, users: [ctx.ids.uuid(), ctx.ids.uuid()] };
    },
    run: async ({ ctx, users }: { ctx: Awaited<ReturnType<typeof placeBehind>>; users: string[] }) => {
      const { org_id } = ctx;
      for (const user_id of repeatable ? users : [ctx.ids.uuid(), ctx.ids.uuid()])
        if (!(await Membership.find(ctx, { org_id, user_id }))) await Membership.create(ctx, { org_id, user_id });
    },
    state: async ({ ctx }: { ctx: Awaited<ReturnType<typeof placeBehind>> }) => (await Membership.list(ctx, { org_id: ctx.org_id })).items.length,
  });

  it("dies before and after each call of a job, and resumes it", async () => {
    expect(await crashPoints(job(true))).toEqual({ calls: 4, points: 8 });
  });
  it("finds a job that does its work twice", async () => {
    await expect(crashPoints(job(false))).rejects.toThrow("ends in another state");
  });
});

it.each(["lost_answer", "crash_after"] as const satisfies FaultKind[])("%s does the work and hides it", async (kind) => {
  const gate = faultGate({ seed: 2, rate: 1, kinds: [kind] });
  const ctx = await placeBehind(gate.wrap);
  const key = { org_id: ctx.org_id, user_id: ctx.ids.uuid() };
  gate.start();
  await Membership.create(ctx, key).catch(() => undefined);
  gate.stop();
  expect(await Membership.get(ctx, key)).toMatchObject(key);
});
