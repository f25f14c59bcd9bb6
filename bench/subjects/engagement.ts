import { ingestEventsWorker } from "../../functions/social/ingest-events.worker.ts";
import { startDynamo } from "../../infra/local/engines/dynamodb.ts";
import { EVENTS, MOST_BYTES, MOST_WRITES, eventsOf, measureEngagement } from "../../tests/support/engagement-size.ts";
import { randomOf } from "../../tests/support/faults/random.ts";
import { socialWorld } from "../../tests/support/social.ts";
import { ROUNDS, type Run, compare, record } from "../replay/compare.ts";
import { type Subject, atLeast, atMost, beside } from "../subject.ts";

const POSTS = 10;
const MESSAGE = 500;
const RUN_POSTS = 2;
const SEED = 20_261_128;

/** Messages of events, one after another, as one environment of the worker takes them in. */
const ingestion = (): Promise<Run> =>
  record(socialWorld, async (world) => {
    const random = randomOf(SEED);
    const bodies: string[] = [];
    for (let n = 0; n < RUN_POSTS; n++) {
      const { id } = await world.post({ status: "published" });
      const events = eventsOf(id, random);
      for (let at = 0; at < EVENTS; at += MESSAGE) bodies.push(world.message(ingestEventsWorker.command, { events: events.slice(at, at + MESSAGE) }));
    }
    return {
      count: RUN_POSTS * EVENTS,
      work: async () => {
        for (const body of bodies) if ((await world.deliver(ingestEventsWorker, [body])) > 0) throw new Error(JSON.stringify(world.log.lines.at(-1)));
      },
    };
  });

export const subject: Subject = {
  name: "engagement",
  title: "Engagement of posts",
  about: `${POSTS} posts with ${EVENTS.toLocaleString("en-US")} events each over their first week, nine in ten of them views without a person, in messages of 500; what they count is derived from the table's stream, a thousand records at a time, by the real jobs on DynamoDB Local. Bytes are those of the items that stay, with their entries in indexes, by DynamoDB's size rule; its bill adds 100 bytes to each. Write units are told from both images of each write, twice in transactions, counters, checkpoints and the records of messages included. Events a second are those of one environment that takes in messages one after another, against its own reads and writes, sent again by the document client alone on fresh tables; 1 is the speed of the bare requests.`,
  measure: async () => {
    const dynamo = await startDynamo();
    process.env["DYNAMODB_ENDPOINT"] = dynamo.endpoint;
    try {
      const ingested = await compare(ingestion);
      const { bytes_per_post, per_event, per_view } = await measureEngagement(POSTS);
      return {
        figures: [
          atMost("engagement_bytes_per_post", bytes_per_post, MOST_BYTES, "bytes"),
          atMost("engagement_writes_per_event", per_event, MOST_WRITES.event, "WRU"),
          atMost("engagement_writes_per_view", per_view, MOST_WRITES.view, "WRU"),
          atLeast("event_ratio", ingested.ratio, 0.7),
          beside("events_per_second", ingested.per_second, "per second"),
          beside("event_cpu_ms", ingested.cpu_ms, "ms"),
        ],
        tables: [{ title: `Taking in events, medians of ${ROUNDS} rounds`, rows: [{ "": "events", ...ingested.row }] }],
      };
    } finally {
      await dynamo.stop();
    }
  },
};
