import * as z from "zod";
import { type Item, entity } from "../table/entity.ts";
import type { Table } from "../table/table.ts";

/**
 * How far a consumer has carried out a shard of the table's stream: stored in the same transaction as what it did, so
 * that records that come again are known. A table that has such a consumer names "StreamCheckpoint" in its globals.
 */
export const streamCheckpoints = <const G extends string>(table: Table<G>) =>
  entity(table, "StreamCheckpoint", {
    fields: () => ({
      consumer: z.string().min(1).max(100),
      shard: z.string().min(1).max(200),
      /** The last sequence number that was carried out. */
      sequence: z.string().regex(/^\d{1,60}$/),
      /** Epoch seconds; a shard's records are gone after a day. */
      expires_at: z.int(),
    }),
    key: ["SC#{consumer}#{shard}", "SC"],
    ttl: ({ expires_at }) => expires_at,
  });
export type StreamCheckpoints = ReturnType<typeof streamCheckpoints>;
export type StreamCheckpoint = Item<StreamCheckpoints>;
