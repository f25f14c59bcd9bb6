import type * as z from "zod";
import type { Contract, DataOf, Envelope } from "../../../events/envelope.ts";
import type { Ctx } from "../context.ts";
import { DomainError } from "../errors.ts";
import { type Entry, type Pace, type Refusal, sendGrouped, systemPace } from "./batches.ts";

type Command = Contract<"command", string, z.ZodType>;

export interface CommandMessage<C extends Command> {
  readonly org_id: string;
  readonly data: DataOf<C>;
  /** The envelope's id, by which consumers know a repetition. A new one unless given; derive it (`uuidOf`) where the sender itself may run twice. */
  readonly id?: string;
  /** Seconds before the queue hands it out, 900 at most. */
  readonly delay_s?: number;
}

/** Sends orders to queues. Sent means stored in the queue; a worker may get each more than once. */
export interface Commands {
  /** All for one org. Throws DomainError `commands_not_sent` naming what did not go out; the others did. */
  send<C extends Command>(ctx: Ctx, contract: C, org_id: string, data: readonly DataOf<C>[]): Promise<void>;
  /** Each with its own org and, if wished, id and delay. Throws as `send`. */
  sendEach<C extends Command>(ctx: Ctx, contract: C, messages: readonly CommandMessage<C>[]): Promise<void>;
}

export interface Outgoing {
  readonly envelope: Envelope;
  readonly body: string;
  readonly delay_s: number | undefined;
}

/** One SendMessageBatch: returns what the queue refused. */
export type SendBatch = (type: string, group: readonly Entry<Outgoing>[]) => Promise<Refusal<Outgoing>[]>;

/** SQS: 10 messages and 1 MiB a batch; one message may fill it. */
const LIMITS = { count: 10, bytes: 1024 * 1024 };

/** The port by its one way of sending; `send` is that for a single org. */
export const commandsBy = (sendEach: Commands["sendEach"]): Commands => ({
  sendEach,
  send: (ctx, contract, org_id, data) =>
    sendEach(
      ctx,
      contract,
      data.map((one) => ({ org_id, data: one })),
    ),
});

/** The port over one batch call; `sqs.ts` has the real one. */
export const commandsOver = (sendBatch: SendBatch, pace: Pace = systemPace): Commands => {
  const sendEach: Commands["sendEach"] = async (ctx, contract, messages) => {
    const refused = await sendGrouped(
      messages.map((message) => outgoing(ctx, contract, message)),
      LIMITS,
      pace,
      (group) => sendBatch(contract.type, group),
    );
    if (refused.length > 0) throw notSent(contract.type, messages.length, refused);
  };
  return commandsBy(sendEach);
};

const outgoing = (ctx: Ctx, contract: Command, message: CommandMessage<Command>): Entry<Outgoing> => {
  const envelope: Envelope = {
    id: message.id ?? ctx.ids.uuid(),
    type: contract.type,
    org_id: message.org_id,
    at: ctx.clock.now().toISOString(),
    data: contract.data.parse(message.data),
  };
  const body = JSON.stringify(envelope);
  const bytes = Buffer.byteLength(body);
  if (bytes > LIMITS.bytes)
    throw new DomainError(
      "too_large",
      "command_too_large",
      `A command ${contract.type} has ${bytes} bytes; at most ${LIMITS.bytes} fit a message. Store the content and send its key.`,
    );
  return { value: { envelope, body, delay_s: message.delay_s }, bytes };
};

const NAMED = 10;

const notSent = (type: string, total: number, refused: readonly Refusal<Outgoing>[]): DomainError => {
  const named = refused.slice(0, NAMED).map(({ entry, reason }) => `${entry.value.envelope.id} (${reason})`);
  const more = refused.length > NAMED ? ` and ${refused.length - NAMED} more` : "";
  return new DomainError(
    "unavailable",
    "commands_not_sent",
    `${refused.length} of ${total} commands ${type} were not sent: ${named.join(", ")}${more}. Send them again.`,
    {
      retry_after: 5,
      extra: { not_sent: refused.map(({ entry }) => ({ id: entry.value.envelope.id, org_id: entry.value.envelope.org_id })) },
    },
  );
};
