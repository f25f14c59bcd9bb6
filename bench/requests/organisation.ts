import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { inParallel } from "../../shared/kernel/queue/parallel.ts";
import { type Write, transact } from "../../shared/kernel/table/table.ts";
import { LedgerEntry } from "../../shared/soundcloud/credit/ledger-entry.ts";
import { postingWrites } from "../../shared/soundcloud/credit/post-credits.ts";
import { adjust } from "../../shared/soundcloud/credit/wallet-rules.ts";
import { Wallet } from "../../shared/soundcloud/credit/wallet.ts";
import { QueueAssignment } from "../../shared/soundcloud/queue/queue-assignment.ts";
import { Queue } from "../../shared/soundcloud/queue/queue.ts";
import type { Submission } from "../../shared/soundcloud/submission/submission.ts";
import { soundcloud } from "../../shared/soundcloud/table.ts";
import { dynamoClient } from "../../tests/support/dynamo.ts";
import { sampleOf } from "../../tests/support/matrix/sample.ts";
import type { SoundcloudOrg } from "../../tests/support/soundcloud.ts";

const AT_ONCE = 8;
const CORRECTIONS = 9;
/** With the opening grant. */
export const ENTRIES_A_MEMBER = CORRECTIONS + 1;
const MEMBERS_A_SUBMISSION = 10;
export const DATE = "2026-11-20";

export interface Filled {
  readonly org: SoundcloudOrg;
  readonly member_ids: readonly string[];
  readonly submission_ids: readonly string[];
  /** All entries of its ledgers, counted where they are stored. */
  readonly entries: number;
  /** Of this member's ledger there is as much more as the org has more members. */
  readonly busiest: string;
}

/** Corrections up and down, entered as they would be one after another, in one transaction. */
const enterCorrections = async ({ ctx, org_id }: SoundcloudOrg, member_id: string): Promise<void> => {
  const stored = await Wallet.get(ctx, { org_id, member_id }, { consistent: true });
  let wallet = stored;
  let last: Write[] = [];
  const entries: Write[] = [];
  for (let n = 0; n < CORRECTIONS; n++) {
    const posting = adjust(wallet, n % 2 === 0 ? 1 : -1);
    const [moved, ...rows] = postingWrites(ctx, wallet, posting, { reference_id: ctx.ids.uuid(), metadata: { note: "Correction." } });
    entries.push(...rows);
    last = [moved!];
    wallet = {
      ...wallet,
      ...posting.wallet,
      seq: wallet.seq + posting.entries.length,
      last_hash: rows.find(({ item }) => item.Put?.Item["hash"])!.item.Put!.Item["hash"],
    };
  }
  await transact(ctx, soundcloud, [...last, ...entries], { pattern: "bench.corrections" });
};

const publishedDay = async ({ ctx, org_id }: SoundcloudOrg, member_ids: readonly string[], submissions: readonly Submission[]): Promise<void> => {
  const build = { build_id: ctx.ids.uuid(), status: "published" as const };
  const queue = await Queue.create(ctx, sampleOf(Queue, 1, { fixed: { org_id, date: DATE, ...build } }) as Parameters<typeof Queue.create>[1]);
  await inParallel(submissions, AT_ONCE, (submission) => {
    const at = submissions.indexOf(submission);
    const fixed = {
      org_id,
      id: ctx.ids.uuid(),
      queue_id: queue.id,
      queue_date: DATE,
      build_id: build.build_id,
      submission_id: submission.id,
      supporter_id: member_ids[at % member_ids.length]!,
      position: at + 1,
      published_on: DATE,
      published_at: `${DATE}T06:00:00.000Z`,
      track_url: submission.track_url,
      track_key: submission.track_key,
      artist_key: submission.artist_key,
    };
    return QueueAssignment.create(ctx, sampleOf(QueueAssignment, 1, { fixed }) as Parameters<typeof QueueAssignment.create>[1]);
  });
};

/** Of one length in every org, so that an item is as large in each. */
const namesOf = (n: number) => {
  const handle = `artist-${String(n).padStart(5, "0")}`;
  return { name: handle, soundcloud_handle: handle, soundcloud_url: `https://soundcloud.com/${handle}`, emails: [`${handle}@example.com`] };
};

const storedEntries = async ({ ctx, org_id }: SoundcloudOrg): Promise<number> => {
  const client = new DynamoDBClient(dynamoClient());
  const search = {
    TableName: ctx.db.physical(soundcloud.id),
    Select: "COUNT",
    FilterExpression: "#type = :type and org_id = :org",
    ExpressionAttributeNames: { "#type": "_t" },
    ExpressionAttributeValues: { ":type": { S: LedgerEntry.name }, ":org": { S: org_id } },
  } as const;
  let entries = 0;
  for await (const { Count = 0 } of paginateScan({ client }, search)) entries += Count;
  client.destroy();
  return entries;
};

/** Fills an org with members of ten ledger entries each, a pending submission for ten members, and a published day. */
export const fill = async (org: SoundcloudOrg, members: number): Promise<Filled> => {
  const made = await inParallel(
    Array.from({ length: members }, (_, n) => n),
    AT_ONCE,
    async (n) => {
      const member = await org.member({ followers: 10_000 + n, ...namesOf(n) });
      await enterCorrections(org, member.id);
      return member.id;
    },
  );
  const submissions = await inParallel(
    Array.from({ length: Math.ceil(members / MEMBERS_A_SUBMISSION) }, (_, n) => n),
    AT_ONCE,
    (n) => org.submission({ member_id: made[n]!, status: "pending" }),
  );
  await publishedDay(org, made, submissions);
  const [busiest = ""] = made;
  const more = Math.ceil(members / MEMBERS_A_SUBMISSION / CORRECTIONS);
  for (let n = 0; n < more; n++) await enterCorrections(org, busiest);
  return { org, member_ids: made, submission_ids: submissions.map(({ id }) => id), entries: await storedEntries(org), busiest };
};
