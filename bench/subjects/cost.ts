import { startDynamo } from "../../infra/local/engines/dynamodb.ts";
import { identity } from "../../shared/identity/table.ts";
import { social } from "../../shared/social/table.ts";
import { makeTable } from "../../tests/support/dynamo.ts";
import { type Floors, floors } from "../../tests/support/floors.ts";
import { NOW } from "../../tests/workers/social/archive-world.ts";
import { archive, conversion, engagement, publication, trends } from "../cost/content.ts";
import { exports, imports } from "../cost/files.ts";
import { mails } from "../cost/mails.ts";
import { type Costed, type Host, type Scene, measure } from "../cost/measure.ts";
import { people } from "../cost/people.ts";
import { reposts } from "../cost/reposts.ts";
import { hostOn } from "../host.ts";
import { type Subject, beside } from "../subject.ts";

type Options = Parameters<typeof hostOn>[1];
interface Setting {
  readonly open: (host: Host) => Promise<Scene>;
  readonly on?: () => Promise<Options>;
}
const socialTables = async (stream = false) => ({ social: await makeTable(social, { stream }), identity: await makeTable(identity) });

const settings: readonly Setting[] = [
  ...[reposts, mails, imports, exports, people, publication, conversion, trends].map((open) => ({ open })),
  { open: engagement, on: async () => ({ tables: await socialTables(true) }) },
  { open: archive, on: async () => ({ tables: await socialTables(), start: NOW }) },
];

const measureAll = async (): Promise<Costed[]> => {
  const measured: Costed[] = [];
  for (const { open, on } of settings) {
    let meter: Floors | undefined;
    const scene = await open(await hostOn((db) => (meter = floors(db)).db, await on?.()));
    try {
      for (const operation of scene.operations) measured.push(await measure(scene, meter!, operation));
    } finally {
      await scene.stop?.();
    }
  }
  return measured;
};

const usd = (value: number): number => Number(value.toFixed(2));

export const subject: Subject = {
  name: "cost",
  title: "What the main operations cost",
  about: `Requests, capacity and storage of each operation as it runs on the engine, in USD for a million of them at list prices of us-east-1 (September 2026). Transactions are counted by DynamoDB's rules. Assumed: functions of 1 GB that take 5 ms and 4 ms for each call to DynamoDB, what a password's hash takes and the archive's pace beside; storage for one month, indexes and the 100 bytes that are billed beside each entry included. The events of an operation leave the outbox as one batch of the table's stream. Jobs are shown for one of their items: messages are as large as they come, of 500 engagement events or 100 mentions, and those of a queue each come alone. What outside services and buckets take is left out (the archive's requests are in its own part), as are logs, alarms, the keys of encryption and the tables' continuous backups, which grow with the functions and with what is stored. What it means for many orgs is in [scale.md](scale.md).`,
  measure: async () => {
    const dynamo = await startDynamo();
    process.env["DYNAMODB_ENDPOINT"] = dynamo.endpoint;
    try {
      const measured = await measureAll();
      const daily = measured.filter(({ title }) => /assignment|proof|verification/.test(title)).reduce((sum, { cost }) => sum + cost.total, 0);
      return {
        figures: [
          beside("cost_repost_usd_million", daily, "USD per million"),
          ...measured.map(({ title, cost }) => beside(`cost_${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_")}`, cost.total, "USD per million")),
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
      await dynamo.stop();
    }
  },
};
