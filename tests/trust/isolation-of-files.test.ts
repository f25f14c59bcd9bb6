import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ingestEventsWorker } from "../../functions/social/ingest-events.worker.ts";
import { processImportWorker } from "../../functions/social/process-import.worker.ts";
import { recordMentionsWorker } from "../../functions/social/record-mentions.worker.ts";
import { figures } from "../support/figures.ts";
import { uuidOf } from "../support/matrix/sample.ts";
import { type MatrixWorld, matrixWorld } from "../support/matrix/world.ts";
import { storedItems } from "../support/outlets.ts";
import { type Stored, isOf, textsOnlyOf } from "../support/tenant-texts.ts";
import { put, startUploads } from "../workers/soundcloud/import-world.ts";

const AT = "2026-11-20T08:00:00.000Z";
const MONTH = AT.slice(0, 7);

let uploads: Awaited<ReturnType<typeof startUploads>>;
let place: MatrixWorld;
let rows = 0;
beforeAll(async () => {
  uploads = await startUploads();
  place = await matrixWorld({ ports: { files: uploads.files, uploads: uploads.files } });
});
afterAll(() => uploads.stop());

/** What the rows of a file name: things of the other tenant, or nothing at all. */
interface Named {
  readonly post_id: string;
  readonly other_post_id: string;
  readonly platform_post_id: string;
  readonly event_id: string;
  readonly mention_id: string;
  readonly person: string;
}
const NOTHING: Named = {
  post_id: uuidOf("no such post"),
  other_post_id: uuidOf("no such other post"),
  platform_post_id: "no-such-post-of-a-network",
  event_id: "no-such-event",
  mention_id: "no-such-mention",
  person: "no-such-person",
};

/** What the other tenant has, with an event and a mention that are stored under the ids that a row gives. */
const whatThereHas = async (): Promise<Named> => {
  const { there, make } = place;
  const { own, others, org } = there;
  const platform_post_id = `canary-${org.org_id}-3`;
  // They stand in keys, which tell whose an item is: none of them names the org.
  const [event_id, mention_id, person] = ["canary-event-of-theirs", "canary-mention-of-theirs", "canary-person-of-theirs"] as const;
  const event = { id: event_id, month: MONTH, post_id: own["post_id"], platform: "instagram", event_timestamp: AT, event_type: "comment" };
  await make("EngagementEvent", org, 77, { ...event, platform_user_id: person, event_metadata: { text: `canary comment ${org.org_id}` } });
  await make("Mention", org, 77, { id: mention_id, platform: "instagram", topic_type: "hashtag", topic: `canary${org.org_id.replaceAll("-", "")}` });
  return { post_id: own["post_id"]!, other_post_id: others["post_id"]!, platform_post_id, event_id, mention_id, person };
};

/** Files of each kind that has columns of ids: every such column, alone and beside others. */
const FILES = {
  events: ({ post_id, other_post_id, platform_post_id, event_id, person }: Named) => [
    "id,post_id,platform,platform_post_id,event_type,event_timestamp,platform_user_id",
    `${event_id},${post_id},,,comment,${AT},${person}`,
    `${event_id}-second,${post_id},,,like,${AT},somebody`,
    `,${post_id},,,view,${AT},${person}`,
    `${event_id}-third,${other_post_id},,,share,${AT},somebody`,
    `${event_id}-fourth,,instagram,${platform_post_id},comment,${AT},${person}`,
  ],
  mentions: ({ post_id, other_post_id, mention_id, person }: Named) => [
    "id,platform,topic_type,topic,at,platform_user_id,post_id",
    `${mention_id},instagram,hashtag,gymnight,${AT},${person},${post_id}`,
    `${mention_id}-second,instagram,hashtag,gymnight,${AT},,${post_id}`,
    `${mention_id}-third,instagram,hashtag,gymnight,${AT},somebody,${other_post_id}`,
  ],
} as const;
type Kind = keyof typeof FILES;

const everything = (): Promise<Stored[]> => storedItems(Object.values(place.physical));

/** Uploads a file as an admin of the asked org, carries it through, and tells all that is shown of it. */
const imported = async (kind: Kind, named: Named): Promise<{ file: any; rows: any[]; batches: any[]; parked: any[] }> => {
  const { api } = place.here.admin;
  const parkedBefore = new Set((await api.get("/social/parked-events", { query: { limit: 100 } })).body.items.map(({ id }: { id: string }) => id));
  const content = Buffer.from(`${FILES[kind](named).join("\n")}\n`);
  const order = await api.post("/social/imports", { kind, filename: "file.csv", size: content.length });
  expect(order.status, JSON.stringify(order.problem)).toBe(201);
  await put(order.body, content);
  const path = `/social/imports/${order.body.id}`;
  expect((await api.post(`${path}/start`)).status).toBe(202);
  for (const worker of [processImportWorker, ingestEventsWorker, recordMentionsWorker]) await place.drain(worker);
  const rows: any[] = (await api.get(`${path}/rows`)).body.items;
  const ids = kind === "events" ? [...new Set(rows.flatMap(({ batch_id }) => batch_id ?? []))] : [];
  return {
    file: (await api.get(path)).body,
    rows,
    batches: await Promise.all(ids.map(async (id) => (await api.get(`/social/event-batches/${id}`)).body)),
    parked: (await api.get("/social/parked-events", { query: { limit: 100 } })).body.items.filter(({ id }: { id: string }) => !parkedBefore.has(id)),
  };
};

/** What is shown, with the same word for what either file names, and without what differs from file to file. */
const comparable = (shown: object, named: Named): unknown => {
  const said = Object.entries(named).reduce((text, [name, value]) => text.replaceAll(String(value), name), JSON.stringify(shown));
  const { parked, ...rest } = JSON.parse(said, (name, value: unknown) => (OF_THE_FILE.test(name) ? undefined : value));
  // What is parked at one time is listed by ids, of which the two files name others.
  return { ...rest, parked: parked.map((one: object) => JSON.stringify(one)).toSorted() };
};
const OF_THE_FILE = /^(?:id|import_id|batch_id|upload_key|upload_etag|size|bytes_read)$/;
const errorText = (_key: string, value: unknown): unknown => (value instanceof Error ? `${value.name}: ${value.message}` : value);

describe("a file whose rows name another tenant's ids", () => {
  let foreign: Named;
  beforeAll(async () => {
    foreign = await whatThereHas();
  });

  it.each(Object.keys(FILES) as Kind[])("of %s is told the same as one that names nothing, shows nothing of theirs and changes nothing there", async (kind) => {
    const { here, there, log } = place;
    const before = await everything();
    const theirs = before.filter(isOf(there));
    // What the files say themselves may be shown to whoever sent them.
    const said = Object.values(FILES)
      .flatMap((file) => file(foreign))
      .join("\n");
    const hidden = [...textsOnlyOf(there, before)].filter((text) => !said.includes(text));
    expect(hidden.length).toBeGreaterThan(100);
    const begun = log.lines.length;

    const shown = await imported(kind, foreign);
    const of_none = await imported(kind, NOTHING);
    expect(shown.rows).toHaveLength(FILES[kind](foreign).length - 1);
    expect(shown.rows.every(({ outcome }) => outcome === "imported")).toBe(true);
    if (kind === "events") expect(shown.batches).toMatchObject([{ received: shown.rows.length, stored: 0, duplicates: 0, parked: shown.rows.length }]);
    expect(comparable(shown, foreign)).toEqual(comparable(of_none, NOTHING));

    const after = await everything();
    const lines = log.lines.slice(begun).map(({ message, fields }) => [message, fields]);
    const written = JSON.stringify([shown, lines, after.filter(isOf(here))], errorText);
    expect(hidden.filter((text) => written.includes(text))).toEqual([]);
    expect(after.filter(isOf(there))).toEqual(theirs);
    rows += shown.rows.length;
  });

  it("counts what it has shown", () => {
    expect(rows).toBe(Object.values(FILES).reduce((sum, file) => sum + file(foreign).length - 1, 0));
    figures("S2", { "rows of files that name foreign ids": rows });
  });
});
