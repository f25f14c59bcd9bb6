import { attributionApi } from "../../functions/soundcloud/attribution.api.ts";
import { creditsApi } from "../../functions/soundcloud/credits.api.ts";
import { queuesApi } from "../../functions/soundcloud/queues.api.ts";
import { submissionsApi } from "../../functions/soundcloud/submissions.api.ts";
import { startDynamo } from "../../infra/local/engines/dynamodb.ts";
import { floors } from "../../tests/support/floors.ts";
import { soundcloudWorld } from "../../tests/support/soundcloud.ts";
import { hostOn } from "../host.ts";
import { type Query, type Stocked, commonQueries, stock } from "../requests/frequent-queries.ts";
import { type Consumption, consumption, growth } from "../requests/consumption.ts";
import { type Subject, atMost, beside, percentile } from "../subject.ts";

const TIMES = [1, 10, 100] as const;
const REQUESTS = 100;
const WARM_UP = 10;

/** Of PostgreSQL, measured apart: p50 in ms at 1, 10 and 100 tenants, p99 at 100, and the rows that were read. */
const postgres: Readonly<Record<string, { readonly p50: string; readonly p99: number; readonly rows: string }>> = {
  balance: { p50: "0.06 / 0.11 / 0.12", p99: 0.18, rows: "1 / 1 / 1" },
  "recent submissions": { p50: "0.23 / 0.24 / 0.25", p99: 0.74, rows: "11 / 11 / 11" },
  "today's assignments": { p50: "0.15 / 0.17 / 0.19", p99: 0.32, rows: "34 / 20 / 110" },
  "campaign metrics": { p50: "0.27 / 0.33 / 0.34", p99: 1.2, rows: "90 / 90 / 90" },
  "daily deltas": { p50: "0.23 / 0.27 / 0.30", p99: 0.53, rows: "90 / 90 / 90" },
};

const callerOf = ({ by }: Query, { org, person }: Stocked) => ({ token: (by === "member" ? person : org.moderator).token, org: org.org_id });

const measureAll = async () => {
  const world = await soundcloudWorld({ apis: [creditsApi, submissionsApi, queuesApi, attributionApi], host: await hostOn((db) => db) });
  const meter = floors(world.db);
  const stocked: Stocked[] = [];
  for (const times of TIMES) stocked.push(await stock(world, await world.org(), times));
  const rows = [];
  for (const [title, query] of Object.entries(commonQueries)) {
    const ask = async (one: Stocked): Promise<number> => {
      const { method, path, query: params } = query.ask(one);
      const began = performance.now();
      const { status, body } = await world.client.as(callerOf(query, one)).request(method, path, undefined, params ? { query: params } : {});
      const took = performance.now() - began;
      const returned = (body.items as unknown[] | undefined)?.length ?? 1;
      if (status !== 200 || returned !== query.returns) throw new Error(`${title} answered ${status} with ${returned} items: ${JSON.stringify(body)}`);
      return took;
    };
    const ms = stocked.map((): number[] => []);
    for (let n = 0; n < REQUESTS + WARM_UP; n++)
      for (const [at, one] of stocked.entries()) {
        const took = await ask(one);
        if (n >= WARM_UP) ms[at]!.push(took);
      }
    const used: Consumption[] = [];
    for (const one of stocked) used.push(await consumption(world, meter, callerOf(query, one), query.ask(one)));
    rows.push({ title, returned: query.returns, ms, used, grown: Math.max(...used.map((one) => growth(used[0]!, one))) });
  }
  return { rows, items: stocked.map((one) => one.items) };
};

const byTimes = (values: readonly number[], digits = 1): string => values.map((value) => Number(value.toFixed(digits)).toLocaleString("en-US")).join(" / ");

export const subject: Subject = {
  name: "frequent-queries",
  title: "The five common queries",
  about:
    "A member's balance, ten latest submissions and today's published assignments by position, asked by the member, and a campaign's counts by day and what each day added, asked by ops: through the real handlers, sign-in and policy included, on DynamoDB Local. Three orgs hold 1, 10 and 100 times the data and are asked in turn; with the org grows what belongs to the member who asks, so the tenth submission is one of a thousand, while the answer stays as long. Growth is the most that requests, items read or capacity grow from the first org to another. Beside it stand figures of PostgreSQL that this bench does not measure: version 15.18 on a machine with two cores, measured apart on 2026-11-20, the query alone as SQL over one connection, with 1, 10 and 100 tenants. So its times and ours do not compare, but how they grow does.",
  measure: async () => {
    const dynamo = await startDynamo();
    process.env["DYNAMODB_ENDPOINT"] = dynamo.endpoint;
    try {
      const { rows, items } = await measureAll();
      const p95 = (of: readonly number[]): number => percentile(of, 0.95);
      return {
        figures: [
          atMost("common_query_growth_100x", Math.max(...rows.map(({ grown }) => grown)), 1),
          beside("common_query_p95_ms", Math.max(...rows.map(({ ms }) => p95(ms.at(-1)!))), "ms"),
          beside("common_query_p95_growth_100x", Math.max(...rows.map(({ ms }) => p95(ms.at(-1)!) / p95(ms[0]!)))),
        ],
        tables: [
          {
            title: `At 1 / 10 / 100 times the data (${byTimes(items)} items); times of ${REQUESTS} requests each`,
            rows: rows.map(({ title, returned, ms, used, grown }) => ({
              query: title,
              returned,
              "items read": byTimes(used.map((one) => one.items)),
              "read units": byTimes(used.map((one) => one.read)),
              growth: grown,
              "p50 ms": byTimes(ms.map((of) => percentile(of, 0.5))),
              "p95 ms": byTimes(ms.map(p95)),
            })),
          },
          {
            title: "PostgreSQL, measured apart, at 1 / 10 / 100 tenants",
            rows: rows.map(({ title }) => ({
              query: title,
              "rows read": postgres[title]!.rows,
              "p50 ms": postgres[title]!.p50,
              "p99 ms at 100": postgres[title]!.p99,
            })),
          },
        ],
      };
    } finally {
      await dynamo.stop();
    }
  },
};
