/** List prices in us-east-1 as read in September 2026, in USD; no free tier, no discount. */
export const prices = {
  http_request: 1.0 / 1e6,
  lambda_request: 0.2 / 1e6,
  /** arm64. */
  lambda_gb_second: 0.0000133334,
  write_unit: 0.625 / 1e6,
  read_unit: 0.125 / 1e6,
  storage_gb_month: 0.25,
  sqs_request: 0.4 / 1e6,
  event: 1.0 / 1e6,
} as const;

/** A message is sent, received and deleted; the latter two in batches of ten when there is a backlog, one by one at worst. */
const SQS_REQUESTS_A_MESSAGE = 3;
const GB = 2 ** 30;

/** What an operation uses, as measured, and how long its functions run. */
export interface Consumption {
  /** Requests to the HTTP API. */
  readonly http: number;
  /** Invocations of functions, workers and streams included. */
  readonly invocations: number;
  /** Milliseconds of all of them. */
  readonly ms: number;
  readonly memory_gb: number;
  readonly read_units: number;
  readonly write_units: number;
  readonly messages: number;
  readonly events: number;
  /** Bytes that stay, indexes included. */
  readonly stored_bytes: number;
}

/** USD for a million operations; storage for the first month of what stays. */
export const costOfMillion = (used: Consumption): Readonly<Record<"requests" | "functions" | "capacity" | "messages" | "storage" | "total", number>> => {
  const million = (usd: number): number => usd * 1e6;
  const requests = million(used.http * prices.http_request);
  const functions = million(used.invocations * prices.lambda_request + (used.ms / 1000) * used.memory_gb * prices.lambda_gb_second);
  const capacity = million(used.read_units * prices.read_unit + used.write_units * prices.write_unit);
  const messages = million(used.messages * SQS_REQUESTS_A_MESSAGE * prices.sqs_request + used.events * prices.event);
  const storage = million((used.stored_bytes / GB) * prices.storage_gb_month);
  return { requests, functions, capacity, messages, storage, total: requests + functions + capacity + messages + storage };
};
