import { itemSize } from "../../shared/kernel/table/capacity.ts";

/** List prices in us-east-1 as read in September 2026, in USD; no free tier, no discount. */
export const prices = {
  http_request: 1 / 1e6,
  lambda_request: 0.2 / 1e6,
  /** arm64. */
  lambda_gb_second: 0.0000133334,
  write_unit: 0.625 / 1e6,
  read_unit: 0.125 / 1e6,
  storage_gb_month: 0.25,
  sqs_request: 0.4 / 1e6,
  event: 1 / 1e6,
} as const;

/** The same of S3: requests, and a month of a gigabyte, in the archive's class after 90 days. */
export const bucketPrices = { put: 5 / 1e6, get: 0.4 / 1e6, gb_month: 0.023, old_gb_month: 0.004 } as const;

/** A message is sent, received and deleted, each alone at the worst. */
const SQS_REQUESTS_A_MESSAGE = 3;
/** Functions have 1 GB; a call to DynamoDB takes them about so long, and so long they take beside it. */
const MEMORY_GB = 1;
const CALL_MS = 4;
const OWN_MS = 5;
const GB = 2 ** 30;
/** What storage is billed for beside an item's own bytes, in the table and in each index. */
const OVERHEAD = 100;

/** What the storage of an item is billed for: its bytes and the overhead, once more for every index that it is in. */
export const billedBytes = (item: Readonly<Record<string, unknown>>): number =>
  (itemSize(item) + OVERHEAD) * (1 + Object.keys(item).filter((name) => /^gsi\d+pk$/.test(name)).length);

/** What an operation uses. */
export interface Consumption {
  /** Requests to the HTTP API. */
  readonly http: number;
  /** Invocations of functions; workers and the outbox's stream included. */
  readonly invocations: number;
  /** Milliseconds of functions beside those of invocations and calls: a password's hash, a pace that is kept. */
  readonly own_ms: number;
  /** Calls to DynamoDB. */
  readonly calls: number;
  readonly read_units: number;
  readonly write_units: number;
  readonly messages: number;
  readonly events: number;
  /** Bytes that stay, indexes included. */
  readonly stored_bytes: number;
}

export type Cost = Readonly<Record<"api" | "functions" | "capacity" | "messages" | "storage" | "total", number>>;

/** USD for a million operations; storage for the first month of what stays. */
export const costOfMillion = (used: Consumption): Cost => {
  const ms = used.invocations * OWN_MS + used.own_ms + used.calls * CALL_MS;
  const parts = {
    api: used.http * prices.http_request * 1e6,
    functions: (used.invocations * prices.lambda_request + (ms / 1000) * MEMORY_GB * prices.lambda_gb_second) * 1e6,
    capacity: (used.read_units * prices.read_unit + used.write_units * prices.write_unit) * 1e6,
    messages: (used.messages * SQS_REQUESTS_A_MESSAGE * prices.sqs_request + used.events * prices.event) * 1e6,
    storage: (used.stored_bytes / GB) * prices.storage_gb_month * 1e6,
  };
  return { ...parts, total: Object.values(parts).reduce((sum, part) => sum + part, 0) };
};
