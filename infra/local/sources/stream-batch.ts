import { randomUUID } from "node:crypto";
import { FunctionError } from "../lambda/execution.ts";
import { pause } from "./gate.ts";
import type { StreamMappingSettings } from "./stream-mapping.ts";

interface BatchSettings extends StreamMappingSettings {
  readonly shard: string;
  readonly signal: AbortSignal;
}

/** The fields of a record that delivery looks at; times in seconds. */
interface BatchRecord {
  readonly dynamodb: { readonly SequenceNumber: string; readonly ApproximateCreationDateTime: number };
}

interface BatchReply {
  readonly batchItemFailures?: readonly { readonly itemIdentifier?: string }[];
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

type Reason = "RetryAttemptsExhausted" | "RecordAgeExceeded";

/** How an attempt ended: everything taken, or from which record on it is to be repeated. */
type Attempt = { readonly failed_from: number; readonly error?: FunctionError } | undefined;

/** A stream's partial response names the first failed record; all from the lowest one on come again. */
const firstFailed = (records: readonly BatchRecord[], reply: BatchReply | null): number | undefined => {
  const named = reply?.batchItemFailures ?? [];
  if (named.length === 0) return undefined;
  const places = named.map(({ itemIdentifier }) => records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === itemIdentifier));
  return places.includes(-1) ? 0 : Math.min(...places);
};

/**
 * What a tumbling window adds to a batch: the shard's name, and a state. Each batch is handed over as one of a window
 * that goes on, with the state of a new one: nothing here aggregates over a window's batches.
 */
const windowOf = ({ shard, stream_arn, tumbling_s }: BatchSettings, [first]: readonly BatchRecord[]): object => {
  if (tumbling_s === 0 || first === undefined) return {};
  const start = Math.floor(first.dynamodb.ApproximateCreationDateTime / tumbling_s) * tumbling_s;
  const time = (at_s: number): string => new Date(at_s * 1000).toISOString();
  return {
    window: { start: time(start), end: time(start + tumbling_s) },
    state: {},
    shardId: shard,
    eventSourceARN: stream_arn,
    isFinalInvokeForWindow: false,
    isWindowTerminatedEarly: false,
  };
};

const attempt = async (settings: BatchSettings, records: readonly BatchRecord[]): Promise<Attempt> => {
  const { lambda, reports_failures } = settings;
  try {
    const reply = (await lambda.invoke({ Records: records, ...windowOf(settings, records) })) as BatchReply | null;
    const failed_from = reports_failures ? firstFailed(records, reply) : undefined;
    return failed_from === undefined ? undefined : { failed_from };
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    return { failed_from: 0, error };
  }
};

const failureOf = (
  { lambda, shard, stream_arn }: BatchSettings,
  records: readonly BatchRecord[],
  attempts: number,
  reason: Reason,
  error: FunctionError | undefined,
): object => {
  const time = (at: number): string => new Date(records.at(at)!.dynamodb.ApproximateCreationDateTime * 1000).toISOString();
  return {
    requestContext: { requestId: randomUUID(), functionArn: lambda.arn, condition: reason, approximateInvokeCount: attempts },
    responseContext: { statusCode: 200, executedVersion: "$LATEST", ...(error ? { functionError: "Unhandled" } : {}) },
    version: "1.0",
    timestamp: new Date().toISOString(),
    DDBStreamBatchInfo: {
      shardId: shard,
      startSequenceNumber: records[0]!.dynamodb.SequenceNumber,
      endSequenceNumber: records.at(-1)!.dynamodb.SequenceNumber,
      approximateArrivalOfFirstRecord: time(0),
      approximateArrivalOfLastRecord: time(-1),
      batchSize: records.length,
      streamArn: stream_arn,
    },
  };
};

const giveUp = async (
  settings: BatchSettings,
  records: readonly BatchRecord[],
  attempts: number,
  reason: Reason,
  error: FunctionError | undefined,
): Promise<void> => {
  settings.log.error(`${settings.lambda.name}: gave up ${records.length} stream records after ${attempts} attempts (${reason}).`);
  if (settings.on_failure) await settings.targets.send(settings.on_failure, failureOf(settings, records, attempts, reason, error));
};

const tooOld = ({ max_age_s }: BatchSettings, records: readonly BatchRecord[]): boolean =>
  max_age_s >= 0 && Date.now() / 1000 - records[0]!.dynamodb.ApproximateCreationDateTime > max_age_s;

const exhausted = ({ max_retries }: BatchSettings, attempts: number): boolean => max_retries >= 0 && attempts > max_retries;

/**
 * Hands records to the function until it has taken them all. After a failure the rest is repeated, in halves when the
 * mapping bisects; what has failed too often or is too old goes to the on-failure destination, and the stream goes on.
 * Answers false when the signal ended it before every record was dealt with.
 */
export const deliverBatch = async (settings: BatchSettings, all: readonly BatchRecord[]): Promise<boolean> => {
  let records = all;
  let attempts = 0;
  while (records.length > 0) {
    if (settings.signal.aborted) return false;
    attempts += 1;
    const outcome = await attempt(settings, records);
    if (outcome === undefined) return true;
    if (outcome.failed_from > 0) attempts = 1;
    records = records.slice(outcome.failed_from);
    const reason = tooOld(settings, records) ? "RecordAgeExceeded" : exhausted(settings, attempts) ? "RetryAttemptsExhausted" : undefined;
    if (settings.bisect && records.length > 1 && reason !== "RecordAgeExceeded") return deliverHalves(settings, records);
    if (reason) {
      await giveUp(settings, records, attempts, reason, outcome.error);
      return true;
    }
    await pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempts), settings.signal);
  }
  return true;
};

/** A half starts to count anew, so that a healthy record beside a poison one is not given up with it. */
const deliverHalves = async (settings: BatchSettings, records: readonly BatchRecord[]): Promise<boolean> => {
  const middle = Math.ceil(records.length / 2);
  return (await deliverBatch(settings, records.slice(0, middle))) && deliverBatch(settings, records.slice(middle));
};
