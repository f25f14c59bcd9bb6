import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import type { PortFactories, PortsOf } from "../boot.ts";
import { uuidOf } from "../ids.ts";
import { type Job, type JobCtx, jobCtx, portsOf, withPorts } from "../job.ts";
import { type Write, contend, stillMissing, transact } from "../table/table.ts";
import type { StreamCheckpoint, StreamCheckpoints } from "./stream-checkpoint.ts";

/** What Lambda hands over when the mapping has a tumbling window; its state is not used here. */
export interface ShardEvent extends DynamoDBStreamEvent {
  readonly shardId: string;
}
export interface ShardReply extends DynamoDBBatchResponse {
  readonly state: Readonly<Record<string, never>>;
}

/** DynamoDB's 100 writes of a transaction, without that of the checkpoint. */
const MOST_EFFECTS = 99;
const KEEP_S = 7 * 86_400;

/** What one record means to the items that are derived from it. */
export interface Effect<T> {
  /** The items that it changes; effects on the same items are carried out together. */
  readonly targets: readonly string[];
  readonly value: T;
}

export interface Derivation<T, F extends PortFactories> {
  readonly ports: F;
  readonly checkpoints: StreamCheckpoints;
  /** Undefined for a record that means nothing here. What throws is logged and passed over: the records behind it count. */
  readonly read: (record: DynamoDBRecord, now: Date) => Effect<T> | undefined;
  /** The writes for effects on 99 items at most, from what is stored now. */
  readonly writes: (ctx: JobCtx & PortsOf<F>, effects: readonly T[]) => Promise<Write[]>;
  /** Follows each delivery, also one whose effects were stored before: what it does must bear repetition. `delivery` names it. */
  readonly after: (ctx: JobCtx & PortsOf<F>, effects: readonly T[], delivery: string) => Promise<void>;
}

interface Part<T> extends Partial<Effect<T>> {
  readonly sequence: string;
}

/**
 * A consumer of a table's stream that keeps items derived from others, each record counted once: a group of records is
 * carried out in one transaction with the shard's checkpoint, and what the checkpoint has passed is left out, however
 * the batches are cut when they come again. The mapping needs a tumbling window, since only then does Lambda name the
 * shard.
 */
export const derivingStream = <T, F extends PortFactories>(name: string, derivation: Derivation<T, F>): Job<ShardEvent, ShardReply> => ({
  service: name,
  serve: (runtime) => {
    const ports = portsOf(derivation.ports, runtime);
    return async ({ Records, shardId }, invocation) => {
      const now = runtime.clock.now();
      const passOver = (error: unknown): void => runtime.log.error("stream record passed over", { consumer: name, error });
      const parts = Records.flatMap((record) => partOf(derivation, record, now, passOver));
      const [first] = parts;
      if (!first) return replyOf();
      const delivery = `${name}/${shardId}/${first.sequence}`;
      const ctx = withPorts(jobCtx(runtime, invocation, { service: name, request_id: uuidOf(delivery) }), ports);
      const stored: Part<T>[] = [];
      let failed_from: string | undefined;
      for (const group of grouped(parts)) {
        try {
          await carryOut(ctx, derivation, { consumer: name, shard: shardId }, group);
          stored.push(...group);
        } catch (error) {
          failed_from = group[0]!.sequence;
          ctx.log.error("stream records not carried out", { consumer: name, shard: shardId, from: failed_from, error });
          break;
        }
      }
      await derivation.after(ctx, valuesOf(stored), delivery);
      return replyOf(failed_from);
    };
  },
});

/** The stream comes again from the named record on. */
const replyOf = (failed_from?: string): ShardReply => ({
  state: {},
  batchItemFailures: failed_from === undefined ? [] : [{ itemIdentifier: failed_from }],
});

const partOf = <T>({ read }: Pick<Derivation<T, PortFactories>, "read">, record: DynamoDBRecord, now: Date, passOver: (error: unknown) => void): Part<T>[] => {
  const sequence = record.dynamodb?.SequenceNumber;
  if (sequence === undefined) return [];
  try {
    return [{ sequence, ...read(record, now) }];
  } catch (error) {
    passOver(error);
    return [{ sequence }];
  }
};

/** Consecutive records that change so few items that one transaction can hold them. */
const grouped = <T>(parts: readonly Part<T>[]): Part<T>[][] => {
  const groups: Part<T>[][] = [];
  let targets = new Set<string>();
  for (const part of parts) {
    const joined = new Set([...targets, ...(part.targets ?? [])]);
    const last = groups.at(-1);
    if (last && joined.size <= MOST_EFFECTS) {
      last.push(part);
      targets = joined;
    } else {
      groups.push([part]);
      targets = new Set(part.targets);
    }
  }
  return groups;
};

const valuesOf = <T>(parts: readonly Part<T>[]): T[] => parts.flatMap((part) => (part.value === undefined ? [] : [part.value]));

/** Of two deliveries at once one stores its group; the other one reads the checkpoint anew and finds nothing left. */
const carryOut = <T, F extends PortFactories>(
  ctx: JobCtx & PortsOf<F>,
  { checkpoints, writes }: Derivation<T, F>,
  at: Pick<StreamCheckpoint, "consumer" | "shard">,
  group: readonly Part<T>[],
): Promise<void> =>
  contend(async () => {
    const passed = await checkpoints.find(ctx, at, { consistent: true });
    const left = group.filter(({ sequence }) => passed === undefined || BigInt(sequence) > BigInt(passed.sequence));
    const effects = valuesOf(left);
    if (effects.length === 0) return;
    const moved = { sequence: left.at(-1)!.sequence, expires_at: Math.floor(ctx.clock.now().getTime() / 1000) + KEEP_S };
    const checkpoint = passed ? checkpoints.writes.patch(ctx, passed, moved) : stillMissing(checkpoints.writes.create(ctx, { ...at, ...moved }));
    await transact(ctx, checkpoints.table, [...(await writes(ctx, effects)), ...checkpoint], { pattern: `${at.consumer}.carryOut` });
  });
