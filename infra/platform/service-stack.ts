import { Duration, Stack } from "aws-cdk-lib";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { REQUEST_METRICS } from "../../shared/kernel/http/request-metrics.ts";
import type { ApiLambda, Lambda, Platform, ScheduleLambda, StreamLambda, WorkerLambda } from "../../shared/kernel/lambda.ts";
import { apiAlarms } from "../alarms.ts";
import { type Surroundings, grant, secretValue } from "../constructs/access.ts";
import { type Alarming, alarm, fiveMinutes, ownMetric } from "../constructs/alarm.ts";
import { type CommandQueue, commandQueue, deadLetterQueue, tlsOnly } from "../constructs/command-queue.ts";
import { type CodeOf, type MadeFunction, lambdaFunction } from "../constructs/lambda-function.ts";
import { consumes, queueWorker } from "../constructs/queue-worker.ts";
import { type Fallback, fallbackApi, resourceApi } from "../constructs/resource-api.ts";
import { putsAside, scheduledJob } from "../constructs/scheduled-job.ts";
import { readsStream, streamConsumer } from "../constructs/stream-consumer.ts";
import { acknowledge } from "../nag.ts";
import { FALLBACK, nameIn, pascal, secretNames } from "../names.ts";
import type { Stage } from "../stage.ts";

/** A platform's two stacks of functions, to which these are added when every platform's queues exist. */
export interface Service {
  /** The functions that answer requests, and their routes. */
  readonly api_stack: Stack;
  /** Queues, workers, schedules and streams. */
  readonly jobs_stack: Stack;
  readonly platform: Platform;
  /** By command type. */
  readonly queues: ReadonlyMap<string, CommandQueue>;
}

/** What the functions of all platforms are made of and connected with. */
export interface ServiceWiring {
  readonly code: CodeOf;
  readonly around: Surroundings;
  readonly alarming: Alarming;
}

/**
 * What can be redeployed at any time, in two stacks, because CloudFormation takes 500 resources in one. Begins with the
 * queues, because functions of other stacks may send to them.
 */
export const serviceStacks = (scope: Construct, stage: Stage, platform: Platform): Service => {
  const jobs_stack = new Stack(scope, nameIn(stage, platform.id, "jobs"), { description: `Groundswell: the queues, workers and schedules of ${platform.id}.` });
  const api_stack = new Stack(scope, nameIn(stage, platform.id, "api"), { description: `Groundswell: the routes of ${platform.id} and their functions.` });
  const workers = Object.values(platform.lambdas).filter((declared) => declared.trigger === "worker");
  const queues = new Map(workers.map(({ command, timeout_s }) => [command.type, commandQueue(jobs_stack, stage, command.type, timeout_s)]));
  return { api_stack, jobs_stack, platform, queues };
};

const stackFor = ({ api_stack, jobs_stack }: Service, { trigger }: Pick<Lambda, "trigger">): Stack => (trigger === "api" ? api_stack : jobs_stack);

/** Adds every declared function with its trigger, and the fallback. */
export const addFunctions = (service: Service, wiring: ServiceWiring): Fallback => {
  const { api_stack, platform } = service;
  if (FALLBACK in platform.lambdas)
    throw new Error(`${platform.id} declares a function named ${FALLBACK}, which each platform has already. Choose another name.`);
  for (const [name, declared] of Object.entries(platform.lambdas)) addFunction(service, wiring, name, declared);
  const fallback = lambdaFunction(api_stack, {
    stage: wiring.around.stage,
    platform: platform.id,
    name: FALLBACK,
    code: wiring.code,
    timeout_s: 5,
    memory_mb: 512,
    environment: {},
    statements: [],
  });
  return fallbackApi(wiring.around.gateway, fallback, `/${platform.id}`);
};

interface Part<L extends Lambda> {
  readonly service: Service;
  readonly wiring: ServiceWiring;
  readonly name: string;
  readonly declared: L;
}

const addFunction = (service: Service, wiring: ServiceWiring, name: string, declared: Lambda): void => {
  const part = { service, wiring, name };
  switch (declared.trigger) {
    case "api":
      return addApi({ ...part, declared });
    case "worker":
      return addWorker({ ...part, declared });
    case "schedule":
      return addSchedule({ ...part, declared });
    case "stream":
      return addStream({ ...part, declared });
  }
};

/** The function itself, with what it declares and what its trigger adds. */
const declaredFunction = ({ service, wiring, name, declared }: Part<Lambda>, added: Partial<ReturnType<typeof grant>>): MadeFunction => {
  const granted = grant(declared.access, wiring.around);
  const made = lambdaFunction(stackFor(service, declared), {
    stage: wiring.around.stage,
    platform: service.platform.id,
    name,
    code: wiring.code,
    timeout_s: declared.timeout_s,
    memory_mb: declared.memory_mb,
    environment: { ...granted.environment, ...added.environment },
    statements: [...granted.statements, ...(added.statements ?? [])],
  });
  if (declared.access.uploads)
    acknowledge(
      made.scope,
      `AwsSolutions-IAM5[Resource::${declared.access.uploads === "remove" ? wiring.around.imports_finding : wiring.around.uploads_finding}]`,
      "Uploaded files have no names before they exist; the bucket is named.",
    );
  if (declared.access.exports)
    acknowledge(made.scope, `AwsSolutions-IAM5[Resource::${wiring.around.exports_finding}]`, "Exports have no names before they exist; their folder is named.");
  if (declared.access.archive)
    acknowledge(
      made.scope,
      `AwsSolutions-IAM5[Resource::${wiring.around.archive_finding}]`,
      "Archived objects have no names before they exist; the bucket is named.",
    );
  return made;
};

const addApi = (part: Part<ApiLambda>): void => {
  const { wiring, declared } = part;
  const { stage } = wiring.around;
  const made = declaredFunction(part, { environment: { CURSOR_KEY: secretValue(secretNames(stage).cursor_key) } });
  resourceApi(wiring.around.gateway, made, declared.resource);
  apiFunctionAlarms(part, made);
};

/** How near to its timeout the slowest percent of requests may come. */
const LATENCY_SHARE = 0.5;

const apiFunctionAlarms = ({ service, wiring: { alarming }, name, declared }: Part<ApiLambda>, { scope, fn }: MadeFunction): void => {
  const { stage } = alarming;
  const at = { platform: service.platform.id, name };
  const { errors, failures, latency } = apiAlarms(at);
  alarm(scope, "Errors", alarming, errors, { metric: fn.metricErrors({ period: fiveMinutes }), at_least: stage.alarms.api_errors });
  alarm(scope, "Failures", alarming, failures, {
    metric: ownMetric(stage, at, REQUEST_METRICS.server_errors, { period: fiveMinutes, statistic: "Sum" }),
    at_least: stage.alarms.api_errors,
  });
  alarm(scope, "Latency", alarming, latency, {
    metric: ownMetric(stage, at, REQUEST_METRICS.duration, { period: fiveMinutes, statistic: "p99" }),
    at_least: Duration.seconds(declared.timeout_s).toMilliseconds() * LATENCY_SHARE,
    periods: 3,
  });
};

const addWorker = (part: Part<WorkerLambda>): void => {
  const { service, wiring, name, declared } = part;
  const queue = service.queues.get(declared.command.type)!;
  const made = declaredFunction(part, { statements: [consumes(queue)] });
  queueWorker(made, { alarming: wiring.alarming, platform: service.platform.id, name, declared, queue, bus_name: wiring.around.bus.name });
};

const addSchedule = (part: Part<ScheduleLambda>): void => {
  const { service, wiring, name, declared } = part;
  const dead_letters = failuresOf(part);
  const made = declaredFunction(part, { statements: [putsAside(dead_letters)] });
  scheduledJob(made, { alarming: wiring.alarming, platform: service.platform.id, name, declared, dead_letters });
};

const addStream = (part: Part<StreamLambda>): void => {
  const { service, wiring, name, declared } = part;
  const source = wiring.around.tables.get(declared.table);
  if (!source)
    throw new Error(`${service.platform.id}'s ${name} reads the stream of the table ${declared.table}, which no platform in infra/platforms.ts has.`);
  const dead_letters = failuresOf(part);
  const made = declaredFunction(part, { statements: readsStream(source, dead_letters) });
  streamConsumer(made, { alarming: wiring.alarming, platform: service.platform.id, name, declared, source, dead_letters });
};

/** The dead-letter queue of a function that has no queue of its own. */
const failuresOf = ({ service, wiring, name }: Part<Lambda>): sqs.Queue => {
  const scope = new Construct(service.jobs_stack, `${pascal(name)}Failures`);
  const dead_letters = deadLetterQueue(scope, wiring.around.stage, `${service.platform.id}-${name}`);
  tlsOnly(scope, dead_letters);
  acknowledge(dead_letters, "AwsSolutions-SQS3", "It is itself a dead-letter queue: of a function and its trigger, which the rule does not look at.");
  return dead_letters;
};
