import type { DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { type RetryBudget, retryBudget } from "./retry-budget.ts";
import { realRandom } from "./wait.ts";

const MAX_ATTEMPTS = 4;
/** The longest wait before the first repeat; doubles with each further one. */
const LONGEST_MS = { THROTTLING: 400, TRANSIENT: 50 } as const;

type RetryStrategy = Extract<NonNullable<DynamoDBClientConfig["retryStrategy"]>, { acquireInitialRetryToken: unknown }>;
type RetryToken = Awaited<ReturnType<RetryStrategy["acquireInitialRetryToken"]>>;

const token = (count: number, delay_ms: number): RetryToken => ({ getRetryCount: () => count, getRetryDelay: () => delay_ms });

/**
 * Four attempts a call at most, with full jitter, within the budget of the client. The SDK's own strategy lets each
 * client make 100 retries before it saves, which a process that serves one request at a time does not use up in a minute.
 */
export const boundedRetries = (budget: RetryBudget = retryBudget(), random: () => number = realRandom): RetryStrategy => ({
  acquireInitialRetryToken: async () => {
    budget.called();
    return token(0, 0);
  },
  refreshRetryTokenForRetry: async (last, { errorType }) => {
    const count = last.getRetryCount() + 1;
    if ((errorType !== "THROTTLING" && errorType !== "TRANSIENT") || count >= MAX_ATTEMPTS || !budget.take()) throw new Error("No repeat is left.");
    return token(count, random() * LONGEST_MS[errorType] * 2 ** (count - 1));
  },
  recordSuccess: () => undefined,
});

const nothing = (): void => undefined;

/**
 * Hears no calls. The SDK tells each one to whoever has `info` or `error`, its own silent default included, and walks
 * through all that is sent and received to hide secrets first: a tenth of the CPU of a call.
 */
export const deafToCalls = { trace: nothing, debug: nothing, warn: nothing } as unknown as NonNullable<DynamoDBClientConfig["logger"]>;

/**
 * How every AWS client calls: four attempts at most, each of them bounded, so that a dependency that hangs ends as an
 * error within 80 % of the shortest timeout of a function. Spread into a client's configuration it makes that client a
 * budget of retries of its own.
 */
export const boundedCalls = {
  maxAttempts: MAX_ATTEMPTS,
  logger: deafToCalls,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  get retryStrategy(): RetryStrategy {
    return boundedRetries();
  },
} as const;
