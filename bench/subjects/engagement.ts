import { startDynamo } from "../../infra/local/engines/dynamodb.ts";
import { EVENTS, MOST_BYTES, MOST_WRITES, measureEngagement } from "../../tests/support/engagement-size.ts";
import { type Subject, atMost } from "../subject.ts";

const POSTS = 10;

export const subject: Subject = {
  name: "engagement",
  title: "Engagement of posts",
  about: `${POSTS} posts with ${EVENTS.toLocaleString("en-US")} events each over their first week, nine in ten of them views without a person, in messages of 500; what they count is derived from the table's stream, a thousand records at a time, by the real jobs on DynamoDB Local. Bytes are those of the items that stay, with their entries in indexes, by DynamoDB's size rule; its bill adds 100 bytes to each. Write units are told from both images of each write, twice in transactions, counters, checkpoints and the records of messages included.`,
  measure: async () => {
    const dynamo = await startDynamo();
    process.env["DYNAMODB_ENDPOINT"] = dynamo.endpoint;
    try {
      const { bytes_per_post, per_event, per_view } = await measureEngagement(POSTS);
      return {
        figures: [
          atMost("engagement_bytes_per_post", bytes_per_post, MOST_BYTES, "bytes"),
          atMost("engagement_writes_per_event", per_event, MOST_WRITES.event, "WRU"),
          atMost("engagement_writes_per_view", per_view, MOST_WRITES.view, "WRU"),
        ],
        tables: [],
      };
    } finally {
      await dynamo.stop();
    }
  },
};
