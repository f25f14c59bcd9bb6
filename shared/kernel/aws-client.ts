/**
 * How every AWS client calls: four attempts at most, each of them bounded, so that a dependency that hangs ends as an
 * error well within the function's own timeout.
 */
export const boundedCalls = {
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const;
