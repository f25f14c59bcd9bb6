import * as z from "zod";
import type { Contract, DataOf } from "../../../events/envelope.ts";
import type { Ctx } from "../context.ts";
import { DomainError } from "../errors.ts";
import { id, newId } from "../fields.ts";
import { entity } from "../table/entity.ts";
import type { Table, Write } from "../table/table.ts";

/** EventBridge takes 256 KB an entry; the envelope and its own fields need some of it. */
const MAX_BYTES = 200 * 1024;

/**
 * The outbox of a platform's table: facts that are stored in the same transaction as the change that makes them true,
 * and leave by the table's stream. An item stays until its event is on the bus; `undelivered` finds those that the
 * stream did not bring there, oldest first.
 */
export const outbox = (table: Table) => {
  const Outbox = entity(table, "Outbox", {
    fields: () => ({
      org_id: id,
      id: newId,
      type: z.string(),
      at: z.iso.datetime(),
      /** The event's data as JSON: what is published is byte for byte what was checked. */
      data: z.string(),
    }),
    key: ["{org_id}#O#{id}", "O"],
    indexes: { undelivered: { on: "gsi4", pk: "OUTBOX#{%4}", sk: "{at}#{id}" } },
  });
  return {
    Outbox,
    /** The write that makes an event part of a transaction. Data that breaks the contract throws at once. */
    emit: <C extends Contract<"event", string, z.ZodType>>(ctx: Ctx & { readonly org_id: string }, contract: C, data: DataOf<C>): Write[] => {
      const text = JSON.stringify(contract.data.parse(data));
      if (Buffer.byteLength(text) > MAX_BYTES)
        throw new DomainError(
          "too_large",
          "event_too_large",
          `An event ${contract.type} has more than ${MAX_BYTES} bytes. Store the content and name its key.`,
        );
      return Outbox.writes.create(ctx, { org_id: ctx.org_id, type: contract.type, at: ctx.clock.now().toISOString(), data: text });
    },
  };
};
