import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { type AttributeValue, DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, S3Client, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { startFauxqs } from "fauxqs";
import { sendMailWorker } from "../../functions/identity/send-mail.worker.ts";
import { archiveMonthWorker } from "../../functions/social/archive-month.worker.ts";
import { processImportWorker as processSocialImportWorker } from "../../functions/social/process-import.worker.ts";
import { writeExportWorker as writeSocialExportWorker } from "../../functions/social/write-export.worker.ts";
import { automateWorker } from "../../functions/soundcloud/automate.worker.ts";
import { notifyWorker } from "../../functions/soundcloud/notify.worker.ts";
import { postToSlackWorker } from "../../functions/soundcloud/post-to-slack.worker.ts";
import { processImportWorker } from "../../functions/soundcloud/process-import.worker.ts";
import { sendDigestWorker } from "../../functions/soundcloud/send-digest.worker.ts";
import { sendEmailWorker } from "../../functions/soundcloud/send-email.worker.ts";
import { writeExportWorker } from "../../functions/soundcloud/write-export.worker.ts";
import { startResendSandbox } from "../../infra/local/sandbox/resend/start.ts";
import { startSlackSandbox } from "../../infra/local/sandbox/slack/start.ts";
import { Outbox } from "../../shared/identity/table.ts";
import type { Worker } from "../../shared/kernel/queue/worker.ts";
import { openArchive } from "../../shared/kernel/files/s3-archive.ts";
import { openFiles } from "../../shared/kernel/files/s3.ts";
import { every } from "../../shared/kernel/table/every.ts";
import { resendClient } from "../../shared/mail/resend.client.ts";
import { slackClient } from "../../shared/soundcloud/slack/slack.client.ts";
import { dynamoClient, testCtx } from "./dynamo.ts";
import type { MatrixWorld } from "./matrix/world.ts";

/** Something that a run has written outside of its tables, as whoever gets it reads it. */
export interface Written {
  readonly kind: "object" | "mail" | "slack" | "message";
  /** The object's bucket and key, the webhook's path, a mail's addresses, the type of a message. */
  readonly where: string;
  readonly text: string;
  /** Whose it says itself to be: a mail of identity names no org. */
  readonly org_id?: string;
}
type Sent = Record<string, any>;

const BUCKETS = ["uploads", "archive"] as const;
const EXPORTS = "exports/";
const PUBLIC_URL = "https://agency.example";
/** The providers' and the clients' limits are other tests' subject. */
const UNLIMITED = 1_000_000;

const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

const buckets = async () => {
  const server = await startFauxqs({ port: 0, logger: false });
  for (const bucket of BUCKETS) server.createBucket(bucket);
  const config = {
    endpoint: `http://127.0.0.1:${server.port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    forcePathStyle: true,
  };
  const client = new S3Client(config);
  const read = async (Bucket: string, Key: string): Promise<Written> => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    const bytes = await buffer(Body as Readable);
    const org_id = (Key.startsWith(EXPORTS) ? Key.slice(EXPORTS.length) : Key).split("/", 1)[0]!;
    return { kind: "object", where: `${Bucket}/${Key}`, org_id, text: (isGzip(bytes) ? gunzipSync(bytes) : bytes).toString("utf8") };
  };
  const objects = async (): Promise<Written[]> => {
    const found: Written[] = [];
    for (const Bucket of BUCKETS)
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket })) for (const { Key } of Contents) found.push(await read(Bucket, Key!));
    return found;
  };
  const files = openFiles({ env: () => "uploads" }, config);
  const archive = openArchive({ env: () => "archive" }, config);
  return { objects, files, archive, stop: () => server.stop().then(() => client.destroy()) };
};

/** `fetch` that tells of the JSON which a client sends. */
const tellingFetch =
  (told: (path: string, sent: Sent) => void): typeof fetch =>
  (address, init) => {
    told(new URL(String(address)).pathname, JSON.parse(String(init?.body)) as Sent);
    return fetch(address, init);
  };

const mailOf = (sent: Sent): Written => {
  const org_id = (sent["tags"] as { name: string; value: string }[]).find(({ name }) => name === "org_id")?.value;
  const { to, from: _, ...content } = sent;
  return { kind: "mail", where: (to as string[]).join(), text: JSON.stringify(content), ...(org_id === undefined ? {} : { org_id }) };
};

const messageOf = (body: string): Written => {
  const { detail, ...command } = JSON.parse(body) as { detail?: Sent } & Sent;
  const { type, org_id, data } = (detail ?? command) as Sent;
  return { kind: "message", where: type, org_id, text: JSON.stringify(data) };
};

/**
 * Everything by which what a run writes leaves it: buckets, the mail service and Slack, each spoken to by the real client,
 * and the queues. `ports` and `queued` are for a world; `written` tells what there was so far, `stop` ends the servers.
 */
export const startOutlets = async () => {
  const { objects, files, archive, stop } = await buckets();
  const resend = await startResendSandbox({ per_second: UNLIMITED });
  const slack = await startSlackSandbox({ burst: UNLIMITED });
  const handedOver: Written[] = [];
  const paces = { clock: { now: () => new Date() }, per_second: UNLIMITED };
  const mailer = resendClient({
    api_url: resend.url,
    api_key: "re_test",
    ...paces,
    fetch: tellingFetch((_, sent) => void handedOver.push(mailOf(sent))),
  });
  const slackOut = slackClient({
    api_url: slack.url,
    ...paces,
    fetch: tellingFetch((where, { text }) => void handedOver.push({ kind: "slack", where, text })),
  });
  return {
    ports: {
      files,
      uploads: files,
      archive,
      mailer,
      slack: slackOut,
      letterhead: { from: "Groundswell <mail@agency.example>", public_url: PUBLIC_URL },
      pages: { public_url: PUBLIC_URL },
      sleep: async () => undefined,
    },
    queued: (body: string): void => void handedOver.push(messageOf(body)),
    /** Whatever lies in a bucket, was sent or came to a queue. */
    written: async (): Promise<Written[]> => [...handedOver, ...(await objects())],
    stop: () => Promise.all([stop(), resend.stop(), slack.stop()]).then(() => undefined),
  };
};
export type Outlets = Awaited<ReturnType<typeof startOutlets>>;

/** Every item of some tables, by their physical names. */
export const storedItems = async (tables: readonly string[]): Promise<Readonly<Record<string, AttributeValue>>[]> => {
  const client = new DynamoDBClient(dynamoClient());
  const pages = await Promise.all(tables.map((TableName) => Array.fromAsync(paginateScan({ client }, { TableName }), ({ Items }) => Items ?? [])));
  client.destroy();
  return pages.flat(2);
};

/** Every text within a value. */
export const texts = (value: unknown): string[] => {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
};

/** The workers whose work leaves the tables, those first that give others work. */
const OUTWARD: readonly Worker[] = [
  processImportWorker,
  processSocialImportWorker,
  notifyWorker,
  automateWorker,
  sendDigestWorker,
  sendEmailWorker,
  postToSlackWorker,
  writeExportWorker,
  writeSocialExportWorker,
  archiveMonthWorker,
  sendMailWorker,
];

/** Makes what carries everything that waits to the workers whose work leaves the tables, each message once; that returns what failed. */
export const outwardJobs = ({ db, clock, ids, log, drain, deliver }: MatrixWorld, { queued }: Pick<Outlets, "queued">) => {
  const ctx = testCtx({ db, clock, ids, log });
  const types = new Set(sendMailWorker.on.map(({ event }) => event.type));
  const handed = new Set<string>();
  /** Identity's events, which a world does not carry. */
  const mailsOfIdentity = async (): Promise<string[]> => {
    const rows = await Array.fromAsync(every((page) => Outbox.query.undelivered(ctx, {}, page)));
    return rows
      .filter(({ id, type }) => types.has(type) && !handed.has(id) && handed.add(id))
      .map(({ id, type, org_id, at, data }) => JSON.stringify({ "detail-type": type, detail: { id, type, org_id, at, data: JSON.parse(data) as unknown } }));
  };
  const drained = async (worker: Worker): Promise<string[]> => {
    try {
      await drain(worker);
      return [];
    } catch (error) {
      return [`${worker.service}: ${String(error)}`, ...(await drained(worker))];
    }
  };
  return async (): Promise<string[]> => {
    const failures: string[] = [];
    for (const worker of OUTWARD) failures.push(...(await drained(worker)));
    for (const body of await mailsOfIdentity()) {
      queued(body);
      if ((await deliver(sendMailWorker, [body])) > 0) failures.push(`${sendMailWorker.service}: ${body}`);
    }
    return failures;
  };
};
