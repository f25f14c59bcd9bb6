import { parse } from "csv-parse/sync";
import { beforeAll, describe, expect, it } from "vitest";
import { WriteExport } from "../../../events/soundcloud/write-export.v1.ts";
import { exportsApi } from "../../../functions/soundcloud/exports.api.ts";
import { writeExportWorker } from "../../../functions/soundcloud/write-export.worker.ts";
import type { Files } from "../../../shared/kernel/files/files.ts";
import { inParallel } from "../../../shared/kernel/queue/parallel.ts";
import { MAX_RECEIVES } from "../../../shared/kernel/lambda.ts";
import { Campaign } from "../../../shared/soundcloud/campaign/campaign.ts";
import { LedgerEntry } from "../../../shared/soundcloud/credit/ledger-entry.ts";
import { orderErasure } from "../../../shared/soundcloud/erasure/order-erasure.ts";
import { Export } from "../../../shared/soundcloud/export/export.ts";
import { withdrawExports } from "../../../shared/soundcloud/export/withdraw-exports.ts";
import { serveRecorded } from "../../support/recorder/served.ts";
import { type SoundcloudOrg, type SoundcloudWorld, soundcloudWorld } from "../../support/soundcloud.ts";
import { uploadStore } from "./import-world.ts";

const store = uploadStore();
let world: SoundcloudWorld;
beforeAll(async () => {
  world = await soundcloudWorld({ apis: [exportsApi], ports: { files: store() } });
});

type Row = Record<string, string>;
const order = async (kind: string, format: string, org: SoundcloudOrg = world): Promise<string> => {
  const { status, body } = await org.moderator.api.post("/soundcloud/exports", { kind, format });
  expect([status, body.status]).toEqual([202, "pending"]);
  return body.id;
};
const read = async (id: string, org: SoundcloudOrg = world) => (await org.moderator.api.get(`/soundcloud/exports/${id}`)).body;
const exported = async (kind: string, format: string, org: SoundcloudOrg = world) => {
  const id = await order(kind, format, org);
  await world.drain(writeExportWorker);
  const done = await read(id, org);
  expect(done).toMatchObject({ status: "completed", errors: [] });
  const reply = await fetch(done.download_url);
  const text = await reply.text();
  expect([reply.status, Buffer.byteLength(text)]).toEqual([200, done.size]);
  return { id, done, text, type: reply.headers.get("content-type") };
};
const rowsOf = (text: string): Row[] => parse(text, { columns: true });

/** Deliveries of one order, of which the worker is told how often it came. */
const deliveries = (id: string, files: Files, org: SoundcloudOrg = world) => {
  const serve = serveRecorded(writeExportWorker, { ...world.boot, ports: { files } });
  const body = org.message(WriteExport, { export_id: id });
  return async (received: number, remaining_ms = 60_000): Promise<number> => {
    const Records = [{ messageId: "1", body, attributes: { ApproximateReceiveCount: String(received) } }];
    return (await serve({ Records } as never, { getRemainingTimeInMillis: () => remaining_ms })).batchItemFailures.length;
  };
};
const brokenFiles = (): Files => ({
  ...store(),
  write: async () => {
    throw new Error("the connection is gone");
  },
});

describe("write-export of the org's lists", () => {
  it("members: each with wallet and genres under the names of the columns, and no erased one", async () => {
    const org = await world.org();
    const ada = await org.member({
      name: "=HYPERLINK(1)",
      emails: ["ada@example.com", "b@example.com"],
      followers: 12_000,
      credits: 4,
      genres: ["Electronic/House"],
    });
    const gone = await org.member();
    await orderErasure(org.ctx, gone.id);
    const { done, text, type } = await exported("members", "csv", org);
    expect([done.records, type, new URL(done.download_url).searchParams.get("response-content-disposition")]).toEqual([
      1,
      "text/csv; charset=utf-8",
      `attachment; filename="members-${done.id}.csv"`,
    ]);
    expect(rowsOf(text)).toEqual([
      expect.objectContaining({
        id: ada.id,
        name: "'=HYPERLINK(1)",
        emails: "ada@example.com; b@example.com",
        followers: "12000",
        size_tier: "T3",
        families: "Electronic",
        subgenres: "House",
        credits_balance: "4",
        credits_cap: "6",
        reach_factor: "",
      }),
    ]);
    const { text: json } = await exported("members", "json", org);
    expect(JSON.parse(json)).toMatchObject({ kind: "members", org_id: org.org_id, members: [{ id: ada.id, name: "=HYPERLINK(1)", reach_factor: null }] });
  });

  it("submissions: of members and clients, each once, whatever their status; no token of a private link", async () => {
    const org = await world.org();
    const { id: member_id } = await org.member();
    const { id: client_id } = await org.clientOf("Label");
    const made = [
      await org.submission({ member_id, status: "approved" }),
      await org.submission({ member_id, status: "qa_flag", notes: "-2", secret_token: "sealed-token" }),
      await org.submission({ client_id, status: "rejected", price_usd: "250.00" }),
    ];
    const { done, text } = await exported("submissions", "csv", org);
    const rows = rowsOf(text);
    expect([done.records, new Set(rows.map(({ id }) => id))]).toEqual([3, new Set(made.map(({ id }) => id))]);
    const [, flagged, ofClient] = made.map(({ id }) => rows.find((row) => row["id"] === id)!);
    expect(flagged).toMatchObject({ status: "qa_flag", qa_flag: "true", notes: "'-2", price_usd: "" });
    expect(ofClient).toMatchObject({ client_id, member_id: "", price_usd: "250.00", qa_flag: "false" });
    expect(text).not.toContain("sealed-token");
  });

  it("the ledger: every entry with its sign, whose sums are the wallets", async () => {
    const org = await world.org();
    const [one, two] = [await org.member({ credits: 3 }), await org.member({ followers: 50_000, credits: 1 })];
    await orderErasure(org.ctx, two.id);
    const rows = rowsOf((await exported("ledger", "csv", org)).text);
    const sumOf = (id: string): number =>
      rows.filter(({ member_id, bucket }) => member_id === id && bucket === "available").reduce((sum, row) => sum + Number(row["change_amount"]), 0);
    for (const { id } of [one, two]) expect(sumOf(id)).toBe((await org.wallet(id)).balance);
    expect(rows.map((row) => row["change_amount"])).toContain("-1");
  });

  it("campaigns: of every client and status", async () => {
    const org = await world.org();
    for (const [at, status] of (["intake", "completed"] as const).entries()) {
      const { id: client_id } = await org.clientOf(`Label ${at}`);
      const track_url = `https://soundcloud.com/label/${at}`;
      await Campaign.create(org.ctx, { org_id: org.org_id, client_id, artist_name: "Label", track_name: "+Song", track_url, track_key: track_url, status });
    }
    const rows = rowsOf((await exported("campaigns", "csv", org)).text);
    expect(rows.map(({ status, track_name, price_usd }) => [status, track_name, price_usd])).toEqual([
      ["intake", "'+Song", ""],
      ["completed", "'+Song", ""],
    ]);
  });

  it("is empty where there is nothing: a heading, or an empty list", async () => {
    const org = await world.org();
    expect((await exported("campaigns", "csv", org)).text.split("\r\n").length).toBe(2);
    expect(JSON.parse((await exported("submissions", "json", org)).text)).toMatchObject({ submissions: [] });
  });

  it("holds a part of a large list at a time: it reads on while it writes", async () => {
    const org = await world.org();
    const { id: member_id } = await org.member();
    const ENTRIES = 100;
    const fill = "x".repeat(90_000);
    await inParallel([...Array(ENTRIES).keys()], 8, (n) =>
      LedgerEntry.create(org.ctx, {
        org_id: org.org_id,
        member_id,
        seq: n + 10,
        change_amount: 0,
        bucket: "available",
        balance_after: 1,
        reason: "manual_adjustment",
        reference_type: "manual",
        reference_id: `fill-${n}`,
        reference: `fill-${n}`,
        metadata: { fill },
        hash: "",
      }),
    );
    const id = await order("ledger", "csv", org);
    const reads = () => world.uses.filter(({ pattern }) => pattern === "LedgerEntry.list").length;
    const before = reads();
    const seen: { bytes: number; reads: number }[] = [];
    const files: Files = {
      ...store(),
      write: (key, content, terms) => {
        async function* watched(): AsyncGenerator<string> {
          for await (const piece of content) {
            seen.push({ bytes: piece.length, reads: reads() - before });
            yield piece;
          }
        }
        return store().write(key, watched(), terms);
      },
    };
    expect(await deliveries(id, files, org)(1)).toBe(0);
    const { status, size, records, download_url } = await read(id, org);
    // More than one part of the store's.
    expect([status, records, size > 8_800_000]).toEqual(["completed", ENTRIES + 1, true]);
    expect(Math.max(...seen.map(({ bytes }) => bytes))).toBeLessThan(100_000);
    expect(seen[seen.length >> 2]!.reads).toBeLessThan(0.6 * seen.at(-1)!.reads);
    expect((await (await fetch(download_url)).arrayBuffer()).byteLength).toBe(size);
    await world.purge(writeExportWorker);
  }, 120_000);
});

describe("an export that cannot be written", () => {
  it("is tried as often as the queue hands it out, then fails and is written when it is handed out again", async () => {
    const id = await order("campaigns", "csv");
    const deliver = deliveries(id, brokenFiles());
    for (let received = 1; received < MAX_RECEIVES; received++) {
      expect(await deliver(received)).toBe(1);
      expect((await read(id)).status).toBe("processing");
    }
    expect(await deliver(MAX_RECEIVES)).toBe(1);
    const failed = await read(id);
    expect(failed).toMatchObject({ status: "failed", errors: [{ code: "internal_error" }] });
    expect(failed).not.toHaveProperty("download_url");
    expect(JSON.stringify(failed)).not.toContain("connection is gone");
    expect(await deliveries(id, store())(1)).toBe(0);
    expect(await read(id)).toMatchObject({ status: "completed", errors: [] });
    await world.purge(writeExportWorker);
  });
  it("fails at once when one run is too short for it, and leaves no file", async () => {
    await world.member();
    const id = await order("members", "json");
    expect(await deliveries(id, store())(1, 14_000)).toBe(0);
    expect(await read(id)).toMatchObject({ status: "failed", errors: [{ code: "out_of_time" }] });
    const { file_key } = await Export.get(world.ctx, { org_id: world.org_id, id }, { consistent: true });
    expect(await store().head(file_key)).toBeUndefined();
    await world.purge(writeExportWorker);
  });
});

describe("the exports of a member who is erased", () => {
  it("fail with their files, but for what names no member; one that is only ordered is written without", async () => {
    const org = await world.org();
    const { id: member_id } = await org.member({ name: "Zebulon" });
    const [lists, campaigns] = [[await exported("members", "csv", org), await exported("ledger", "json", org)], await exported("campaigns", "csv", org)];
    const ordered = await order("members", "csv", org);
    await orderErasure(org.ctx, member_id);
    const ctx = { ...org.ctx, files: store() };
    await withdrawExports(ctx, member_id);
    // Stopped between the two and begun again, it takes the file as well.
    await store().write(
      `exports/${org.org_id}/${lists[0]!.id}.csv`,
      (async function* () {
        yield "Zebulon";
      })(),
      { content_type: "text/csv" },
    );
    await withdrawExports(ctx, member_id);
    for (const { id, done } of lists) {
      expect(await read(id, org)).toMatchObject({ status: "failed", errors: [{ code: "member_erased" }] });
      expect((await fetch(done.download_url)).status).toBe(404);
    }
    expect((await read(campaigns.id, org)).status).toBe("completed");
    await world.drain(writeExportWorker);
    const late = await read(ordered, org);
    expect([late.status, late.records, await (await fetch(late.download_url)).text()]).toEqual(["completed", 0, expect.not.stringContaining("Zebulon")]);
  });
  it("whose file is being written meanwhile leaves none", async () => {
    const org = await world.org();
    const { id: member_id } = await org.member();
    const id = await order("members", "csv", org);
    const files: Files = {
      ...store(),
      write: async (key, content, terms) => {
        const size = await store().write(key, content, terms);
        await withdrawExports({ ...org.ctx, files: store() }, member_id);
        await store().write(
          key,
          (async function* () {
            yield "again";
          })(),
          terms,
        );
        return size;
      },
    };
    expect(await deliveries(id, files, org)(1)).toBe(0);
    expect((await read(id, org)).status).toBe("failed");
    const { file_key } = await Export.get(org.ctx, { org_id: org.org_id, id }, { consistent: true });
    expect(await store().head(file_key)).toBeUndefined();
    await world.purge(writeExportWorker);
  });
});
