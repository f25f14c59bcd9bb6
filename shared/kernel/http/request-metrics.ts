/** What each request adds to, by route and by function; the names are those of the metrics that alarms watch. */
export const REQUEST_METRICS = {
  requests: "requests",
  client_errors: "client_errors",
  server_errors: "server_errors",
  /** Milliseconds. */
  duration: "duration",
} as const;
