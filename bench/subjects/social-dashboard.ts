import { analyticsApi } from "../../functions/social/analytics.api.ts";
import { startDynamo } from "../../infra/local/engines/dynamodb.ts";
import { stockPosts } from "../../tests/support/analytics.ts";
import { floors } from "../../tests/support/floors.ts";
import { type SocialOrg, socialWorld } from "../../tests/support/social.ts";
import { hostOn } from "../host.ts";
import type { Asked } from "../requests/asked.ts";
import { type Consumption, consumption, growth } from "../requests/consumption.ts";
import { type Subject, atMost, beside, percentile } from "../subject.ts";

const POSTS = [100, 1_000, 10_000] as const;
const REQUESTS = 100;
const WARM_UP = 10;
const LIMIT_MS = 100;

const readings: Readonly<Record<string, Asked>> = {
  dashboard: { method: "GET", path: "/social/dashboard" },
  "top content": { method: "GET", path: "/social/top-content", query: { time_period: "30" } },
  "daily metrics": { method: "GET", path: "/social/daily-platform-metrics", query: { platform: "instagram" } },
};

/** Of PostgreSQL, measured apart: p50 in ms and the rows that were read, at 1, 10 and 100 tenants. */
const postgres = [
  { query: "top content by category", "rows read": "5,326 / 53,312 / 518,355", "p50 ms": "0.86 / 7.07 / 124" },
  { query: "daily platform metrics, a materialized view", "rows read": "2,053 / 2,283 / 2,283", "p50 ms": "0.24 / 0.26 / 0.27" },
  { query: "refreshing the view", "rows read": "8,855 / 86,128 / 851,717", "p50 ms": "10 / 70 / 650" },
] as const;

/** Without units, which follow the size of numbers. */
const countsOf = (used: Consumption): Consumption => ({ ...used, read: 0, write: 0 });

const measureAll = async () => {
  const world = await socialWorld({ apis: [analyticsApi], host: await hostOn((db) => db) });
  const meter = floors(world.db);
  const orgs: SocialOrg[] = [];
  for (const posts of POSTS) {
    const org = await world.org();
    await stockPosts(org, posts);
    orgs.push(org);
  }
  const rows = [];
  for (const [title, asked] of Object.entries(readings)) {
    const callerOf = (org: SocialOrg) => ({ token: org.viewer.token, org: org.org_id });
    const ms = orgs.map((): number[] => []);
    for (let n = 0; n < REQUESTS + WARM_UP; n++)
      for (const [at, org] of orgs.entries()) {
        const began = performance.now();
        const { status } = await world.client.as(callerOf(org)).request(asked.method, asked.path, undefined, asked.query ? { query: asked.query } : {});
        if (status !== 200) throw new Error(`${title} answered ${status}.`);
        if (n >= WARM_UP) ms[at]!.push(performance.now() - began);
      }
    const used: Consumption[] = [];
    for (const org of orgs) used.push(await consumption(world, meter, callerOf(org), asked));
    rows.push({ title, ms, used, grown: Math.max(...used.map((one) => growth(countsOf(used[0]!), countsOf(one)))) });
  }
  return rows;
};

const p95 = (of: readonly number[]): number => percentile(of, 0.95);
const bySize = (values: readonly number[], digits = 1): string => values.map((value) => Number(value.toFixed(digits)).toLocaleString("en-US")).join(" / ");

export const subject: Subject = {
  name: "social-dashboard",
  title: "The dashboard of social content",
  about: `The dashboard, the leaderboard of 30 days and the daily metrics of a network, through the real handlers, sign-in and policy included, on DynamoDB Local: in three orgs with ${POSTS.map((count) => count.toLocaleString("en-US")).join(", ")} posts of the last 30 days, asked in turn. The posts are put as refreshing them would leave them. Growth is the most that requests or items read grow from the first org to another; units grow a little, because larger numbers are stored in more bytes. Beside it stand figures of PostgreSQL that this bench does not measure: version 15.18 on a machine with two cores, measured apart on 2026-11-20, the queries alone as SQL over one connection. Its times and ours do not compare, but how they grow does.`,
  measure: async () => {
    const dynamo = await startDynamo();
    process.env["DYNAMODB_ENDPOINT"] = dynamo.endpoint;
    try {
      const rows = await measureAll();
      return {
        figures: [
          atMost("social_dashboard_p95_ms", p95(rows[0]!.ms.at(-1)!), LIMIT_MS, "ms"),
          atMost("social_dashboard_growth_100x", Math.max(...rows.map(({ grown }) => grown)), 1),
          beside("social_dashboard_p95_growth_100x", p95(rows[0]!.ms.at(-1)!) / p95(rows[0]!.ms[0]!)),
        ],
        tables: [
          {
            title: `At ${bySize(POSTS, 0)} posts; times of ${REQUESTS} requests each`,
            rows: rows.map(({ title, ms, used, grown }) => ({
              reading: title,
              requests: bySize(used.map((one) => one.requests)),
              "items read": bySize(used.map((one) => one.items)),
              "read units": bySize(used.map((one) => one.read)),
              growth: grown,
              "p50 ms": bySize(ms.map((of) => percentile(of, 0.5))),
              "p95 ms": bySize(ms.map(p95)),
            })),
          },
          { title: "PostgreSQL, measured apart, at 1 / 10 / 100 tenants", rows: postgres },
        ],
      };
    } finally {
      await dynamo.stop();
    }
  },
};
