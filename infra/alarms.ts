import type { Advice, Lambda, Platform, Watched, WorkerLambda } from "../shared/kernel/lambda.ts";
import { queueName } from "./names.ts";

/**
 * The alarms as data. The constructs make them, and the runbook has one heading for each, from this one list; the
 * heading is the alarm's id, so that the link in an alarm's text leads to its place on the page.
 */
export interface AlarmText {
  /** `soundcloud-build-queue-dead-letters`: the alarm's name without product and stage, and its heading. */
  readonly id: string;
  readonly kind: AlarmKind;
  /** What breaks, for whom. One or more whole sentences. */
  readonly impact: string;
  /** The function, queue or table concerned, without product and stage. */
  readonly subject: string;
  /** The queue that dead letters came from, where there is one. */
  readonly source?: string;
  /** What the runbook says where the declaration says it itself. */
  readonly advice?: Advice;
}

export type AlarmKind =
  | "api-errors"
  | "api-failures"
  | "api-latency"
  | "watched-number"
  | "job-errors"
  | "worker-dead-letters"
  | "schedule-dead-letters"
  | "stream-dead-letters"
  | "queue-age"
  | "stream-lag"
  | "table-throttles"
  | "gateway-errors"
  | "gateway-latency"
  | "function-throttles";

/** The dead-letter queue of a queue, schedule or stream. */
export const deadLettersOf = (name: string): string => `${name}-dead-letters`;

type At = Readonly<{ platform: string; name: string }>;
type Impact = { readonly impact: string };

const subjectOf = ({ platform, name }: At): string => `${platform}-${name}`;
const text = (at: At, suffix: string, kind: AlarmKind, impact: string, subject: string): AlarmText => ({
  id: `${subjectOf(at)}-${suffix}`,
  kind,
  impact,
  subject,
});
const errors = (at: At, kind: AlarmKind, impact: string): AlarmText => text(at, "errors", kind, impact, subjectOf(at));
const deadLetters = (at: At, kind: AlarmKind, impact: string, source: string): AlarmText => ({
  ...text(at, "dead-letters", kind, impact, deadLettersOf(source)),
  source,
});

export const apiAlarms = (at: At) => {
  const routes = `the ${at.name} routes of ${at.platform}`;
  return {
    errors: errors(at, "api-errors", `Requests to ${routes} fail with 5xx.`),
    failures: text(at, "failures", "api-failures", `Clients of ${routes} are answered 5xx and have to repeat their requests.`, subjectOf(at)),
    latency: text(at, "latency", "api-latency", `The slowest requests to ${routes} are about to be cut off by the function's timeout.`, subjectOf(at)),
  };
};

/** The alarm on a number that the function emits itself. */
export const watchedAlarm = (at: At, { name, impact, advice }: Watched): AlarmText => ({ ...text(at, name, "watched-number", impact, subjectOf(at)), advice });

export const workerAlarms = (at: At, { impact, command }: Pick<WorkerLambda, "impact" | "command">) => {
  const queue = queueName(command.type);
  return {
    errors: errors(at, "job-errors", impact),
    dead_letters: deadLetters(at, "worker-dead-letters", impact, queue),
    age: text(at, "age", "queue-age", impact, queue),
  };
};

export const scheduleAlarms = (at: At, { impact }: Impact) => ({
  errors: errors(at, "job-errors", impact),
  dead_letters: deadLetters(at, "schedule-dead-letters", impact, subjectOf(at)),
});

export const streamAlarms = (at: At, { impact }: Impact) => ({
  errors: errors(at, "job-errors", impact),
  dead_letters: deadLetters(at, "stream-dead-letters", impact, subjectOf(at)),
  lag: text(at, "lag", "stream-lag", impact, subjectOf(at)),
});

const lambdaAlarms = (at: At, declared: Lambda): readonly AlarmText[] => {
  switch (declared.trigger) {
    case "api":
      return Object.values(apiAlarms(at));
    case "worker":
      return [...Object.values(workerAlarms(at, declared)), ...(declared.watches ?? []).map((watched) => watchedAlarm(at, watched))];
    case "schedule":
      return Object.values(scheduleAlarms(at, declared));
    case "stream":
      return Object.values(streamAlarms(at, declared));
  }
};

/** One alarm each for reads and writes: CloudWatch sums up ten metrics at most, and each index has its own. */
export const tableThrottles = (table: string): { readonly reads: AlarmText; readonly writes: AlarmText } => {
  const of = (kind: "reads" | "writes", impact: string): AlarmText => ({
    id: `${table}-table-throttled-${kind}`,
    kind: "table-throttles",
    impact,
    subject: table,
  });
  return {
    reads: of("reads", `Reads of ${table} are refused and repeated: requests become slow or answer 503.`),
    writes: of("writes", `Writes to ${table} are refused and repeated: requests become slow or answer 503, and jobs fall behind.`),
  };
};

export const gatewayErrors: AlarmText = {
  id: "api-errors",
  kind: "gateway-errors",
  impact: "Clients of any platform get 5xx answers.",
  subject: "api",
};

export const gatewayLatency: AlarmText = {
  id: "api-latency",
  kind: "gateway-latency",
  impact: "One request in a hundred is so slow that clients give up or repeat it.",
  subject: "api",
};

export const functionThrottles: AlarmText = {
  id: "function-throttles",
  kind: "function-throttles",
  impact: "The account's concurrent executions are used up: requests answer 503 and queues fall behind, on every platform.",
  subject: "account",
};

/** Every alarm of a platform and of its table, which has the platform's name, in the order of the declarations. */
export const platformAlarms = ({ id, lambdas }: Platform): readonly AlarmText[] => [
  ...Object.entries(lambdas).flatMap(([name, declared]) => lambdaAlarms({ platform: id, name }, declared)),
  ...Object.values(tableThrottles(id)),
];

export const sharedAlarms: readonly AlarmText[] = [gatewayErrors, gatewayLatency, functionThrottles];
