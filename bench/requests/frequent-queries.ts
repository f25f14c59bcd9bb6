import { type Write, transact } from "../../shared/kernel/table/table.ts";
import { addDays } from "../../shared/kernel/days.ts";
import { AttributionSnapshot } from "../../shared/soundcloud/attribution/snapshot.ts";
import { AttributionTracking } from "../../shared/soundcloud/attribution/tracking.ts";
import { Campaign } from "../../shared/soundcloud/campaign/campaign.ts";
import { Wallet } from "../../shared/soundcloud/credit/wallet.ts";
import { Member } from "../../shared/soundcloud/member/member.ts";
import { QueueAssignment } from "../../shared/soundcloud/queue/queue-assignment.ts";
import { Queue } from "../../shared/soundcloud/queue/queue.ts";
import { Submission } from "../../shared/soundcloud/submission/submission.ts";
import { sampleOf } from "../../tests/support/matrix/sample.ts";
import type { SoundcloudOrg, SoundcloudWorld } from "../../tests/support/soundcloud.ts";
import type { Person } from "../../tests/support/world.ts";
import { putAll } from "../put-all.ts";
import type { Asked } from "./asked.ts";

/** The clock's day. */
const TODAY = "2026-11-20";
/** For each times of the data: members, submissions of the one who asks and of the others, and assignments on earlier days. */
const MANY = 10;
/** Assignments of the asking member today, and days of a campaign, whatever the amount of data. */
const ASSIGNMENTS_TODAY = 8;
const DAYS = 90;

/** An org, and who and what is asked about. */
export interface Stocked {
  readonly org: SoundcloudOrg;
  readonly member_id: string;
  readonly person: Person;
  readonly campaign_id: string;
  /** Items that were put, beside those of one artist. */
  readonly items: number;
}

type Input<E extends { readonly writes: { create(ctx: never, input: never): Write[] } }> = Parameters<E["writes"]["create"]>[1];
const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

const members = ({ ctx, org_id }: SoundcloudOrg, count: number): Write[] =>
  numbers(count).flatMap((n) => {
    const id = ctx.ids.uuid();
    const member = { org_id, id, name: `Artist ${n}`, emails: [`${id}@example.com`], soundcloud_handle: id };
    return [
      ...Member.writes.create(ctx, sampleOf(Member, n, { fixed: member }) as Input<typeof Member>),
      ...Wallet.writes.create(ctx, sampleOf(Wallet, n, { fixed: { org_id, member_id: id } }) as Input<typeof Wallet>),
    ];
  });

const submissions = ({ ctx, org_id }: SoundcloudOrg, member_id: string, count: number): Write[] =>
  numbers(count).flatMap(() => {
    const id = ctx.ids.uuid();
    const track_url = `https://soundcloud.com/artist/${id}`;
    const fixed = { org_id, id, member_id, party_id: member_id, track_url, track_key: track_url, dedupe_key: `${member_id}#${track_url}`, status: "pending" };
    return Submission.writes.create(ctx, sampleOf(Submission, 1, { fixed }) as Input<typeof Submission>);
  });

/** A supporter's published assignments of one day, by position. */
const assignments = ({ ctx, org_id }: SoundcloudOrg, queue: Pick<Queue, "id" | "build_id">, supporter_id: string, day: string, positions: readonly number[]) =>
  positions.flatMap((position) => {
    const published = { published_on: day, published_at: `${day}T06:00:00.000Z` };
    const fixed = { org_id, id: ctx.ids.uuid(), queue_id: queue.id, build_id: queue.build_id, queue_date: day, supporter_id, position, ...published };
    return QueueAssignment.writes.create(ctx, sampleOf(QueueAssignment, 1, { fixed }) as Input<typeof QueueAssignment>);
  });

/** A campaign whose track was counted every day since its baseline. */
const campaign = ({ ctx, org_id }: SoundcloudOrg, client_id: string): { id: string; writes: Write[] } => {
  const id = ctx.ids.uuid();
  const first = addDays(TODAY, 1 - DAYS);
  const parent = { org_id, parent_type: "campaign", parent_id: id } as const;
  const counted = (n: number): Write[] => {
    const counts = { plays: 1_000 + 40 * n, likes: 90 + 3 * n, reposts: 10 + n, comments: 4 + n };
    return AttributionSnapshot.writes.create(ctx, { ...parent, snapshot_date: addDays(first, n), ...counts });
  };
  return {
    id,
    writes: [
      ...Campaign.writes.create(ctx, sampleOf(Campaign, 1, { fixed: { org_id, id, client_id, status: "live" } }) as Input<typeof Campaign>),
      ...AttributionTracking.writes.create(ctx, { ...parent, next_on: addDays(TODAY, 1), baseline_date: first }),
      ...numbers(DAYS).flatMap(counted),
    ],
  };
};

/** Fills an org with so many times the data: more of everything, and of what belongs to the member who asks. */
export const stock = async (world: SoundcloudWorld, org: SoundcloudOrg, times: number): Promise<Stocked> => {
  const { ctx, org_id } = org;
  const { member, person } = await org.artist({ name: "Asking" });
  const [other, client] = [await org.member(), await org.clientOf("Bench Records")];
  const build_id = ctx.ids.uuid();
  const day = sampleOf(Queue, 1, { fixed: { org_id, id: ctx.ids.uuid(), date: TODAY, build_id, status: "published" } }) as Input<typeof Queue>;
  const queue = Queue.writes.create(ctx, day);
  await transact(ctx, Queue.table, queue, { pattern: "bench.queue" });
  const today = await Queue.get(ctx, { org_id, date: TODAY }, { consistent: true });
  const asked = campaign(org, client.id);
  const writes = [
    ...members(org, MANY * times),
    ...submissions(org, other.id, MANY * times),
    ...submissions(org, member.id, MANY * times),
    ...assignments(
      org,
      today,
      member.id,
      TODAY,
      numbers(ASSIGNMENTS_TODAY).map((n) => n + 1),
    ),
    ...assignments(
      org,
      today,
      other.id,
      TODAY,
      numbers(MANY * times).map((n) => ASSIGNMENTS_TODAY + n + 1),
    ),
    ...numbers(times).flatMap((n) =>
      assignments(
        org,
        today,
        member.id,
        addDays(TODAY, -1 - n),
        numbers(ASSIGNMENTS_TODAY).map((at) => at + 1),
      ),
    ),
    ...asked.writes,
    ...numbers(times - 1).flatMap(() => campaign(org, client.id).writes),
  ];
  await putAll(world, writes);
  return { org, member_id: member.id, person, campaign_id: asked.id, items: writes.length };
};

/** Who asks, for what, and how many items the answer has; a balance is one. */
export interface Query {
  readonly by: "member" | "ops";
  readonly ask: (stocked: Stocked) => Asked;
  readonly returns: number;
}

/** The five readings that pages are made of. */
export const commonQueries: Readonly<Record<string, Query>> = {
  balance: { by: "member", returns: 1, ask: ({ member_id }) => ({ method: "GET", path: `/soundcloud/members/${member_id}/wallet` }) },
  "recent submissions": {
    by: "member",
    returns: 10,
    ask: ({ member_id }) => ({ method: "GET", path: "/soundcloud/submissions", query: { member_id, limit: "10" } }),
  },
  "today's assignments": {
    by: "member",
    returns: ASSIGNMENTS_TODAY,
    ask: ({ member_id }) => ({ method: "GET", path: "/soundcloud/queue-assignments", query: { supporter_id: member_id, limit: "100" } }),
  },
  "campaign metrics": {
    by: "ops",
    returns: DAYS,
    ask: ({ campaign_id }) => ({ method: "GET", path: `/soundcloud/campaigns/${campaign_id}/metrics`, query: { limit: "100" } }),
  },
  "daily deltas": {
    by: "ops",
    returns: DAYS - 1,
    ask: ({ campaign_id }) => ({ method: "GET", path: `/soundcloud/campaigns/${campaign_id}/daily-deltas`, query: { limit: "100" } }),
  },
};
