import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, paginateScan } from "@aws-sdk/lib-dynamodb";
import { GrantCredits } from "../../events/soundcloud/grant-credits.v1.ts";
import { VerifyProof } from "../../events/soundcloud/verify-proof.v1.ts";
import { creditsApi } from "../../functions/soundcloud/credits.api.ts";
import { grantCreditsWorker } from "../../functions/soundcloud/grant-credits.worker.ts";
import { membersApi } from "../../functions/soundcloud/members.api.ts";
import { queuesApi } from "../../functions/soundcloud/queues.api.ts";
import { submissionsApi } from "../../functions/soundcloud/submissions.api.ts";
import { verifyProofWorker } from "../../functions/soundcloud/verify-proof.worker.ts";
import { startDynamo } from "../../infra/local/engines/dynamodb.ts";
import { itemSize } from "../../shared/kernel/table/capacity.ts";
import type { Member } from "../../shared/soundcloud/member/member.ts";
import { dynamoClient } from "../../tests/support/dynamo.ts";
import { type Floors, floors } from "../../tests/support/floors.ts";
import { type QueueWorld, queueWorld } from "../../tests/workers/soundcloud/queues-world.ts";
import { type Consumption, costOfMillion } from "../cost/prices.ts";
import { hostOn } from "../host.ts";
import { type Subject, beside } from "../subject.ts";

const SUPPORTERS = 10;

/** An operation of the product, and how many of its kind one go does. */
interface Operation {
  readonly title: string;
  readonly count?: number;
  readonly http?: number;
  /** Invocations of workers, each with one message. */
  readonly workers?: number;
  readonly run: () => Promise<unknown>;
}

/** Bytes of all items, each once more for every index that it is in. */
const storedBytes = async ({ physical }: QueueWorld): Promise<number> => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(dynamoClient()));
  let bytes = 0;
  for await (const { Items = [] } of paginateScan({ client }, { TableName: physical.soundcloud }))
    for (const item of Items) bytes += itemSize(item) * (1 + Object.keys(item).filter((name) => /^gsi\d+pk$/.test(name)).length);
  client.destroy();
  return bytes;
};

/** Carries one operation out, and counts what it used; events leave by the stream, one invocation for each. */
const measure = async (world: QueueWorld, { take }: Floors, { title, count = 1, http = 0, workers = 0, run }: Operation) => {
  const [before, events] = [await storedBytes(world), (await world.events()).length];
  take();
  await run();
  const uses = take();
  const emitted = (await world.events()).length - events;
  const total = (of: "read" | "write"): number => uses.reduce((sum, use) => sum + use[of], 0);
  // The outbox's row is read, and deleted with its entry in the index that finds it, once the event is on the bus.
  const used: Consumption = {
    http: http / count,
    invocations: (http + workers + emitted) / count,
    calls: (uses.length + 2 * emitted) / count,
    read_units: (total("read") + emitted) / count,
    write_units: (total("write") + 2 * emitted) / count,
    messages: workers / count,
    events: emitted / count,
    stored_bytes: Math.max(0, (await storedBytes(world)) - before) / count,
  };
  return { title, used, cost: costOfMillion(used) };
};

/** The life of a track and of its supporters, an operation after the other; each builds on the one before. */
const operations = async (world: QueueWorld): Promise<Operation[]> => {
  const { org_id, admin, moderator } = world;
  const artist = await world.member({ followers: 250_000, credits: 9, genres: ["Rock"] });
  const supporters: Member[] = [];
  for (let n = 0; n < SUPPORTERS; n++) supporters.push(await world.member());
  let submission = "";
  const assignments = () => world.assignments();
  const requireOk = async (reply: Promise<{ status: number; body: any }>): Promise<any> => {
    const { status, body } = await reply;
    if (status >= 300) throw new Error(JSON.stringify(body));
    return body;
  };
  const track = { member_id: artist.id, track_url: "https://soundcloud.com/cost-artist/cost-track", family: "Electronic" };
  return [
    { title: "a member read", http: 1, run: () => requireOk(moderator.api.get(`/soundcloud/members/${artist.id}`)) },
    { title: "a page of 10 members", http: 1, run: () => requireOk(moderator.api.get("/soundcloud/members", { query: { limit: 10 } })) },
    { title: "a wallet read", http: 1, run: () => requireOk(moderator.api.get(`/soundcloud/members/${artist.id}/wallet`)) },
    {
      title: "a correction of credits",
      http: 1,
      run: () => requireOk(admin.api.post(`/soundcloud/members/${artist.id}/credits/adjust`, { amount: -1, reason: "Correction." })),
    },
    {
      title: "a submission",
      http: 1,
      run: async () => {
        submission = (await requireOk(moderator.api.post("/soundcloud/submissions", track))).id;
      },
    },
    { title: "an approval", http: 1, run: () => requireOk(moderator.api.post(`/soundcloud/submissions/${submission}/approve`)) },
    { title: "a queue's build, an assignment", count: 8, workers: 1, run: () => world.build() },
    { title: "publication, an assignment", count: 8, http: 2, workers: 1, run: () => world.publish() },
    {
      title: "a proof",
      http: 1,
      run: async () => {
        const [one] = await assignments();
        await world.repost(
          supporters.find(({ id }) => id === one!.supporter_id)!,
          one!.track_url,
        );
        await requireOk(moderator.api.post(`/soundcloud/queue-assignments/${one!.id}/proof`, { proof_url: "https://soundcloud.com/somebody/reposts" }));
      },
    },
    {
      title: "its verification and payment",
      workers: 1,
      run: async () => {
        const [one] = await assignments();
        if ((await world.deliver(verifyProofWorker, [world.message(VerifyProof, { assignment_id: one!.id })])) > 0) throw new Error("Not verified.");
      },
    },
    {
      title: "a month's grant, a member",
      count: SUPPORTERS + 1,
      workers: 1,
      run: async () => {
        if ((await world.deliver(grantCreditsWorker, [world.message(GrantCredits, { month: "2026-12" })])) > 0) throw new Error(`No grant in ${org_id}.`);
      },
    },
  ];
};

const usd = (value: number): number => Number(value.toFixed(2));

export const subject: Subject = {
  name: "cost",
  title: "What the main operations cost",
  about: `Requests, capacity and storage of each operation as it runs on the engine, in USD for a million of them at list prices of us-east-1 (September 2026). Transactions are counted by DynamoDB's rules. Assumed: functions of 1 GB that take 5 ms and 4 ms for each call to DynamoDB; each message of its own; storage for one month, indexes included. Jobs are shown for one of their items. What it means for many orgs is in [scale.md](scale.md).`,
  measure: async () => {
    const dynamo = await startDynamo();
    process.env["DYNAMODB_ENDPOINT"] = dynamo.endpoint;
    let meter: Floors | undefined;
    const host = await hostOn((db) => (meter = floors(db)).db);
    const world = await queueWorld({ apis: [creditsApi, membersApi, queuesApi, submissionsApi], host });
    try {
      const measured = [];
      for (const operation of await operations(world)) measured.push(await measure(world, meter!, operation));
      const daily = measured.filter(({ title }) => /assignment|proof|verification/.test(title)).reduce((sum, { cost }) => sum + cost.total, 0);
      return {
        figures: [
          beside("cost_repost_usd_million", daily, "USD per million"),
          ...measured.map(({ title, cost }) => beside(`cost_${title.replaceAll(/[^a-z0-9]+/g, "_")}`, cost.total, "USD per million")),
        ],
        tables: [
          {
            title: "One of each",
            rows: measured.map(({ title, used }) => ({
              operation: title,
              calls: usd(used.calls),
              "read units": usd(used.read_units),
              "write units": usd(used.write_units),
              events: usd(used.events),
              messages: usd(used.messages),
              "bytes kept": Math.round(used.stored_bytes),
            })),
          },
          {
            title: "USD for a million",
            rows: measured.map(({ title, cost }) => ({
              operation: title,
              api: usd(cost.api),
              functions: usd(cost.functions),
              capacity: usd(cost.capacity),
              messages: usd(cost.messages),
              storage: usd(cost.storage),
              total: usd(cost.total),
            })),
          },
        ],
      };
    } finally {
      await world.stop();
      await dynamo.stop();
    }
  },
};
