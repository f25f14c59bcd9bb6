import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { creditsApi } from "../../functions/soundcloud/credits.api.ts";
import { membersApi } from "../../functions/soundcloud/members.api.ts";
import { queuesApi } from "../../functions/soundcloud/queues.api.ts";
import { submissionsApi } from "../../functions/soundcloud/submissions.api.ts";
import { type Cloud, startCloud } from "../../infra/local/cloud.ts";
import { synthesize } from "../../infra/local/synthesize.ts";
import type { Database } from "../../shared/kernel/table/database.ts";
import { randomOf } from "../../tests/support/faults/random.ts";
import { soundcloudWorld } from "../../tests/support/soundcloud.ts";
import { floors } from "../../tests/support/floors.ts";
import { hostOn } from "../host.ts";
import { type Asked, mostUsed } from "../requests/asked.ts";
import { ENTRIES_A_MEMBER, type Filled, fill } from "../requests/organisation.ts";
import { consumption, growth } from "../requests/consumption.ts";
import { type Subject, atLeast, atMost, beside, percentile } from "../subject.ts";

const SMALL = 100;
const LARGE = 10_000;
const REQUESTS = 150;
const WARM_UP = 15;
const LIMIT_MS = 100;

const root = join(import.meta.dirname, "../..");
const silent = { debug: () => undefined, info: () => undefined, warn: console.error, error: console.error };

const callerOf = ({ org }: Filled) => ({ token: org.admin.token, org: org.org_id });

const overHttp = async ({ base_url }: Cloud, { org }: Filled, { method, path, query, body }: Asked): Promise<number> => {
  const began = performance.now();
  const reply = await fetch(`${base_url}${path}?${new URLSearchParams(query).toString()}`, {
    method,
    headers: {
      authorization: `Bearer ${org.admin.token}`,
      "x-org-id": org.org_id,
      ...(method === "POST" ? { "content-type": "application/json", "idempotency-key": randomUUID() } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`${method} ${path} answered ${reply.status}: ${text}`);
  return performance.now() - began;
};

/** Leaves out, while `filling`, the facts that the seed would tell: ten thousand of them would be worked off beside what is measured. */
const withoutFacts = (db: Database, state: { readonly filling: boolean }): Database => ({
  physical: (id) => db.physical(id),
  send: (op, pattern, input) =>
    db.send(
      op,
      pattern,
      op === "TransactWrite" && state.filling
        ? { ...input, TransactItems: input.TransactItems.filter((write: { Put?: { Item: { _t?: string } } }) => write.Put?.Item._t !== "Outbox") }
        : input,
    ),
});

const measureOn = async (cloud: Cloud) => {
  process.env["DYNAMODB_ENDPOINT"] = cloud.endpoints.dynamodb;
  const physical = (id: string): string => cloud.tables().find(({ name }) => name.toLowerCase().includes(id))!.name;
  const tables = { soundcloud: physical("soundcloud"), identity: physical("identity") };
  const state = { filling: true };
  const host = await hostOn((db) => withoutFacts(db, state), { tables, start: new Date().toISOString() });
  const world = await soundcloudWorld({ apis: [creditsApi, membersApi, queuesApi, submissionsApi], host });
  const meter = floors(host.db);
  const small = await fill(world, SMALL);
  const large = await fill(await world.org(), LARGE);
  state.filling = false;
  await cloud.drain(600_000);
  const random = randomOf(1);
  let asked = 0;
  const rows = [];
  for (const [route, next] of Object.entries(mostUsed)) {
    const [of_small, of_large] = [
      await consumption(world, meter, callerOf(small), next(small, random, (asked += 1))),
      await consumption(world, meter, callerOf(large), next(large, random, (asked += 1))),
    ];
    const ms = { small: [] as number[], large: [] as number[] };
    for (let n = 0; n < REQUESTS + WARM_UP; n++)
      for (const [size, org] of [
        ["small", small],
        ["large", large],
      ] as const) {
        const took = await overHttp(cloud, org, next(org, random, (asked += 1)));
        if (n >= WARM_UP) ms[size].push(took);
      }
    rows.push({ route, of_small, of_large, growth: growth(of_small, of_large), ms });
  }
  return { rows, entries: large.entries };
};

export const subject: Subject = {
  name: "requests",
  title: "Requests on the local cloud",
  about: `The ten most used routes over HTTP on the local cloud, one request after another, in an org of ${LARGE} members with ${ENTRIES_A_MEMBER} ledger entries each (the ledger that is asked for has a thousand), and beside it in one of ${SMALL}, asked in turn. The entries are counted in the table before anything is asked, and nothing is under way any more. Growth is the most that requests, items read or capacity of a route grow from the small org to the large one; the page is the same, so it must not grow.`,
  measure: async () => {
    const folder = mkdtempSync(join(tmpdir(), "groundswell-bench-"));
    await synthesize(root, join(folder, "cdk.out"));
    const cloud = await startCloud({ port: 0, cdk_out: join(folder, "cdk.out"), log: silent });
    try {
      const { rows, entries } = await measureOn(cloud);
      const worst = Math.max(...rows.map(({ ms }) => percentile(ms.large, 0.95)));
      return {
        figures: [
          atMost("request_p95_ms", worst, LIMIT_MS, "ms"),
          atLeast("request_ledger_entries", entries, LARGE * ENTRIES_A_MEMBER, "entries in the org"),
          atMost("request_growth_100x", Math.max(...rows.map((row) => row.growth)), 1),
          beside("request_p95_growth_100x", Math.max(...rows.map(({ ms }) => percentile(ms.large, 0.95) / percentile(ms.small, 0.95)))),
        ],
        tables: [
          {
            title: `In an org of ${LARGE} members and ${entries} ledger entries: p50 and p95 of ${REQUESTS} requests; items and units of one`,
            rows: rows.map(({ route, ms, of_small, of_large, growth: grown }) => ({
              route,
              "p50 ms": Number(percentile(ms.large, 0.5).toFixed(1)),
              "p95 ms": Number(percentile(ms.large, 0.95).toFixed(1)),
              "p95 ms, small org": Number(percentile(ms.small, 0.95).toFixed(1)),
              requests: of_large.requests,
              items: of_large.items,
              "items, small org": of_small.items,
              "read units": of_large.read,
              "write units": of_large.write,
              growth: grown,
            })),
          },
        ],
      };
    } finally {
      await cloud.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
