import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type * as z from "zod";
import type { Contract, DataOf } from "../../../events/envelope.ts";
import type { PortFactories, PortsOf } from "../boot.ts";
import { DomainError, isDomainError } from "../errors.ts";
import { MAX_RECEIVES } from "../lambda.ts";
import { type Invocation, type Job, type OrgJobCtx, jobCtx, portsOf, withPorts } from "../job.ts";
import { type Subscription, messageReader } from "./message.ts";
import { inParallel } from "./parallel.ts";

/** Records not begun this long before the deadline go back to the queue rather than being cut off half-way. */
const LAST_START_MS = 5_000;

/** What a record is given up with: its last delivery failed, and only a person can have it handed out again. */
export type GivenUp<C extends Contract<"command", string, z.ZodType>, F extends PortFactories> = (
  ctx: OrgJobCtx & PortsOf<F>,
  data: DataOf<C>,
  error: unknown,
) => Promise<unknown>;

export interface WorkerOptions<C extends Contract<"command", string, z.ZodType>, F extends PortFactories> {
  readonly ports: F;
  /** Events that arrive on this queue as its orders; `when(event, toCommand)`. */
  readonly on?: readonly Subscription<DataOf<C>>[];
  /** Records of one batch that run at the same time; 5 unless told. */
  readonly parallel?: number;
  /**
   * Tells the item that the order was about, so that nobody waits for it for ever. The record still goes to the
   * dead-letter queue. A function that is stopped half-way is told of nothing: use cases end before their time does.
   */
  readonly givenUp?: GivenUp<C, F>;
}

export interface Worker extends Job<SQSEvent, SQSBatchResponse> {
  readonly command: Contract<"command">;
  readonly on: readonly Subscription[];
}

/**
 * The consumer of a command's queue: runs the use case once per record and reports exactly the failed ones, so that
 * their neighbours are done and they are handed out again, to the dead-letter queue in the end.
 * The context has the envelope's org, the envelope's id as request_id (the same on each redelivery), the actor
 * `service`, and the ports. A record that breaks the contract is refused with a log line that names the violation.
 */
export const worker = <const C extends Contract<"command", string, z.ZodType>, const F extends PortFactories>(
  command: C,
  { ports, on = [], parallel = 5, givenUp }: WorkerOptions<C, F>,
  run: (ctx: OrgJobCtx & PortsOf<F>, data: DataOf<C>) => Promise<unknown>,
): Worker => ({
  service: command.type,
  command,
  on,
  serve: (runtime) => {
    const opened = portsOf(ports, runtime);
    const read = messageReader(command, on);
    const runRecord = async (record: SQSRecord, invocation: Invocation): Promise<void> => {
      const { id, org_id, data } = read(record.body);
      const plain = { ...jobCtx(runtime, invocation, { service: command.type, request_id: id, org_id }), org_id, grant: "all" as const };
      const ctx = withPorts(plain, opened);
      try {
        if (invocation.getRemainingTimeInMillis() < LAST_START_MS) throw tooLate();
        await run(ctx, data);
      } catch (error) {
        if (givenUp && received(record) >= MAX_RECEIVES)
          await givenUp(ctx, data, error).catch((failed: unknown) => ctx.log.warn("A record that is given up could not be noted.", { error: failed }));
        throw error;
      }
    };
    const succeeds = async (record: SQSRecord, invocation: Invocation): Promise<boolean> => {
      try {
        await runRecord(record, invocation);
        return true;
      } catch (error) {
        runtime.log.error("command failed", failure(command.type, record, error));
        return false;
      }
    };
    return async (event, invocation) => {
      const done = await inParallel(event.Records, parallel, (record) => succeeds(record, invocation));
      return { batchItemFailures: event.Records.filter((_, index) => !done[index]).map((record) => ({ itemIdentifier: record.messageId })) };
    };
  },
});

const tooLate = (): DomainError => new DomainError("unavailable", "handed_back", "Too little time was left to begin this record; it is handed out again.");

const received = ({ attributes }: SQSRecord): number => Number(attributes.ApproximateReceiveCount);

const failure = (command: string, record: SQSRecord, error: unknown): Record<string, unknown> => ({
  command,
  message_id: record.messageId,
  received: received(record),
  ...(isDomainError(error) ? { code: error.code } : {}),
  error,
});
