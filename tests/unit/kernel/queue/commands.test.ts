import { describe, expect, it } from "vitest";
import { uuidOf } from "../../../../shared/kernel/ids.ts";
import { type Outgoing, commandsOver } from "../../../../shared/kernel/queue/commands.ts";
import type { Pace } from "../../../../shared/kernel/queue/batches.ts";
import { messageReader } from "../../../../shared/kernel/queue/message.ts";
import { plainRuntime } from "../plain-ctx.ts";
import { ORG, buildQueue } from "./contracts.ts";

const pace: Pace = { random: () => 0, wait: async () => undefined };

describe("commandsOver", () => {
  it("sends each order in an envelope that the worker's reader takes", async () => {
    const sent: Outgoing[] = [];
    const { ctx } = plainRuntime();
    const commands = commandsOver(async (_, group) => (sent.push(...group.map(({ value }) => value)), []), pace);
    await commands.send(ctx, buildQueue, ORG, [{ date: "2026-03-10" }, { date: "2026-03-11" }]);
    await commands.sendEach(ctx, buildQueue, [{ org_id: ORG, data: { date: "2026-03-12" }, id: uuidOf("once"), delay_s: 60 }]);
    const read = sent.map(({ body }) => messageReader(buildQueue, [])(body));
    expect(read.map(({ data }) => data.date)).toEqual(["2026-03-10", "2026-03-11", "2026-03-12"]);
    expect(read[2]).toEqual({ id: uuidOf("once"), type: buildQueue.type, org_id: ORG, at: "2026-03-10T06:00:00.000Z", data: { date: "2026-03-12" } });
    expect(sent[2]!.delay_s).toBe(60);
    expect(new Set(read.map(({ id }) => id)).size).toBe(3);
  });

  it("names what was not sent, and sends the rest", async () => {
    const sent: string[] = [];
    const { ctx } = plainRuntime();
    const commands = commandsOver(async (_, group) => {
      const refused = group.filter(({ value }) => value.envelope.org_id === ORG);
      sent.push(...group.filter((one) => !refused.includes(one)).map(({ value }) => value.envelope.org_id));
      return refused.map((entry) => ({ entry, reason: "InternalError", permanent: false }));
    }, pace);
    const other = ORG.replace("aa", "bb");
    const messages = [
      { org_id: other, data: { date: "2026-03-10" } },
      { org_id: ORG, data: { date: "2026-03-10" }, id: uuidOf("lost") },
    ];
    await expect(commands.sendEach(ctx, buildQueue, messages)).rejects.toMatchObject({
      kind: "unavailable",
      code: "commands_not_sent",
      message: `1 of 2 commands ${buildQueue.type} were not sent: ${uuidOf("lost")} (InternalError). Send them again.`,
      extra: { not_sent: [{ id: uuidOf("lost"), org_id: ORG }] },
    });
    expect(sent).toEqual([other]);
  });

  it("sends nothing when one order breaks its contract", async () => {
    const { ctx } = plainRuntime();
    let calls = 0;
    const commands = commandsOver(async () => (calls++, []), pace);
    await expect(commands.send(ctx, buildQueue, ORG, [{ date: "2026-03-10" }, { date: "tomorrow" }])).rejects.toThrow(/date/);
    expect(calls).toBe(0);
  });
});
