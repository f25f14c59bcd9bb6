import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { startFauxqs } from "fauxqs";
import { ArchiveMonth } from "../../../events/social/archive-month.v1.ts";
import { archivesApi } from "../../../functions/social/archives.api.ts";
import { archiveMonthWorker } from "../../../functions/social/archive-month.worker.ts";
import type { Archive } from "../../../shared/kernel/files/archive.ts";
import { openArchive } from "../../../shared/kernel/files/s3-archive.ts";
import type { ArchiveCtx } from "../../../shared/social/archive/archive-ctx.ts";
import { ArchivedMonth } from "../../../shared/social/archive/archived-month.ts";
import { EngagementEvent } from "../../../shared/social/engagement/engagement-event.ts";
import { PostMonth } from "../../../shared/social/engagement/post-month.ts";
import type { Post } from "../../../shared/social/post/post.ts";
import { type SocialOrg, socialWorld } from "../../support/social.ts";
import type { WorldOptions } from "../../support/world.ts";

const BUCKET = "archive";
/** When January 2025 is two years old, and February is not. */
export const NOW = "2027-02-01T00:00:00.000Z";
export const MONTH = "2025-01";

/** A bucket with its port, and a way around the port, for damaging what lies there. `stop` ends its server. */
export const startArchive = async () => {
  const server = await startFauxqs({ port: 0, logger: false });
  server.createBucket(BUCKET);
  const config = { endpoint: `http://127.0.0.1:${server.port}`, region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };
  const archive = openArchive({ env: () => BUCKET }, { ...config, forcePathStyle: true });
  const client = new S3Client({ ...config, forcePathStyle: true });
  const keys = async (org_id: string): Promise<string[]> => {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: `${org_id}/` }));
    return Contents.map(({ Key }) => Key!);
  };
  const read = async (Key: string): Promise<Buffer> => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
    return Buffer.from(await Body!.transformToByteArray());
  };
  /** Changes an object's bytes behind everybody's back. */
  const damage = async (Key: string, change: (bytes: Buffer) => Uint8Array): Promise<void> => {
    await client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: change(await read(Key)) }));
  };
  return { archive, keys, read, damage, stop: () => server.stop() };
};

/** The last byte but some is another. */
export const flipped = (bytes: Buffer): Buffer => {
  const other = Buffer.from(bytes);
  other[other.length >> 1]! ^= 1;
  return other;
};

interface Wish {
  readonly posts?: number;
  readonly events?: number;
  readonly month?: string;
}

const TYPES = ["like", "comment", "share", "save"] as const;

/** Social content with its archive: the real bucket, the real workers, and events as the counting leaves them. */
export const archiveWorld = async ({ ports = {}, ...options }: WorldOptions = {}, given?: Awaited<ReturnType<typeof startArchive>>) => {
  const store = given ?? (await startArchive());
  const slept: number[] = [];
  const { gate } = options;
  const archive: Archive = gate
    ? { ...store.archive, put: gate.around(store.archive.put), get: gate.around(store.archive.get), remove: gate.around(store.archive.remove) }
    : store.archive;
  const sleep = async (ms: number): Promise<void> => void slept.push(ms);
  const world = await socialWorld({ apis: [archivesApi], start: NOW, ...options, ports: { archive, sleep, ...ports } });

  /** What the jobs run on, for calling their use cases. */
  const jobCtx = (org: SocialOrg = world, more: Partial<ArchiveCtx> = {}): ArchiveCtx => ({
    ...org.ctx,
    archive,
    sleep,
    remaining_ms: () => 300_000,
    ...more,
  });
  let drawn = 0;
  /** An event of a post, some seconds into its month. */
  const eventOf = (org: SocialOrg, { id: post_id }: Pick<Post, "id">, n: number, month = MONTH, more: Partial<EngagementEvent> = {}): EngagementEvent => {
    drawn += 1;
    return EngagementEvent.draft(org.ctx, {
      org_id: org.org_id,
      month,
      post_id,
      id: `1790${String(n).padStart(6, "0")}#${drawn % 7}`,
      platform: "instagram",
      event_type: TYPES[n % TYPES.length]!,
      event_timestamp: `${month}-03T00:${String(n % 60).padStart(2, "0")}:00.000Z`,
      platform_user_id: `person-${n % 5}`,
      ...(n % 3 === 0 ? { event_metadata: { text: `Grüße Nº ${n} 💪\n`, reach: 0.1 + n, tags: [null, true, { deep: [] }] }, country_code: "DE" } : {}),
      ...(n % 4 === 0 ? { user_follower_count: 0 } : {}),
      ...more,
    });
  };
  /** Posts with events of a month, and their counts. */
  const fill = async (org: SocialOrg, { posts = 3, events = 4, month = MONTH }: Wish = {}): Promise<Post[]> => {
    const made: Post[] = [];
    for (let n = 0; n < posts; n++) made.push(await org.post({ status: "published", published_at: `${month}-02T00:00:00.000Z` }));
    const { ctx, org_id } = org;
    await EngagementEvent.putMany(
      ctx,
      made.flatMap((post, at) => Array.from({ length: events }, (_, n) => eventOf(org, post, at * events + n, month))),
    );
    await PostMonth.putMany(
      ctx,
      made.map(({ id }) => ({ org_id, month, post_id: id, events })),
    );
    return made;
  };
  /** The items of the month's events as the engine has them, by post and id. */
  const stored = async ({ ctx, org_id }: SocialOrg, posts: readonly Pick<Post, "id">[], month = MONTH): Promise<Record<string, unknown>[]> => {
    const found = posts.map(async ({ id }) => {
      const input = {
        TableName: world.physical.social,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": `${org_id}#E#${month}#${id}` },
      };
      return (await ctx.db.send("Query", "tests.stored", { ...input, ConsistentRead: true })).Items as Record<string, unknown>[];
    });
    return (await Promise.all(found)).flat();
  };
  /** All pages of a post's events over HTTP. */
  const listed = async (org: SocialOrg, { id }: Pick<Post, "id">, query: Readonly<Record<string, string | number>> = {}): Promise<EngagementEvent[]> => {
    const items: EngagementEvent[] = [];
    let cursor: string | undefined;
    do {
      const page = { limit: 3, ...query, ...(cursor === undefined ? {} : { cursor }) };
      const { status, body } = await org.viewer.api.get(`/social/posts/${id}/events`, { query: page });
      if (status !== 200) throw new Error(JSON.stringify(body));
      items.push(...body.items);
      cursor = body.next_cursor ?? undefined;
    } while (cursor !== undefined);
    return items;
  };
  const monthOf = ({ ctx, org_id }: SocialOrg, month = MONTH): Promise<ArchivedMonth> => ArchivedMonth.get(ctx, { org_id, month }, { consistent: true });
  /** Orders a month and works on it to the end. */
  const run = async (org: SocialOrg, month = MONTH): Promise<ArchivedMonth> => {
    if ((await world.deliver(archiveMonthWorker, [org.message(ArchiveMonth, { month })])) > 0)
      throw new Error(`The month failed: ${String(world.log.lines.at(-1)?.fields?.["error"])}`);
    await world.drain(archiveMonthWorker);
    return monthOf(org, month);
  };
  return { ...world, store, slept, jobCtx, eventOf, fill, stored, listed, monthOf, run, stop: store.stop };
};
export type ArchiveWorld = Awaited<ReturnType<typeof archiveWorld>>;
