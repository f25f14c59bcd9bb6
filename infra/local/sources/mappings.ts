import type { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { Log } from "../../../shared/kernel/context.ts";
import type { Activity } from "../activity.ts";
import type { Resource } from "../assembly/read-assembly.ts";
import type { Resolver } from "../assembly/resolve.ts";
import { type Pattern, checkPattern } from "../bus/pattern.ts";
import type { DataFolder } from "../data-folder.ts";
import type { MessageEngine } from "../engines/messages.ts";
import { type Functions, functionNamed } from "../lambda/functions.ts";
import type { Queue } from "../provision/queues.ts";
import { Refusal } from "../refusal.ts";
import type { Targets } from "../targets.ts";
import { queueMapping } from "./queue-mapping.ts";
import { streamMapping } from "./stream-mapping.ts";

/** An event source mapping as its template has it. */
interface MappingProperties {
  readonly EventSourceArn: string;
  readonly FunctionName: string;
  readonly Enabled?: boolean;
  readonly BatchSize?: number;
  readonly MaximumBatchingWindowInSeconds?: number;
  readonly FunctionResponseTypes?: readonly string[];
  readonly ScalingConfig?: { readonly MaximumConcurrency?: number };
  readonly FilterCriteria?: { readonly Filters?: readonly { readonly Pattern: string }[] };
  readonly StartingPosition?: "TRIM_HORIZON" | "LATEST";
  readonly MaximumRetryAttempts?: number;
  readonly MaximumRecordAgeInSeconds?: number;
  readonly BisectBatchOnFunctionError?: boolean;
  readonly TumblingWindowInSeconds?: number;
  readonly DestinationConfig?: { readonly OnFailure?: { readonly Destination: string } };
}

/** A source that feeds a function. */
export interface Mapping {
  /** The queue's or table's name. */
  readonly source: string;
  /** Answers once it has looked at its source, after this call began, and found nothing to do. */
  caughtUp(): Promise<void>;
  start(): void;
  /** Takes nothing new; resolves when what it has taken is done. */
  stop(): Promise<void>;
}

export interface MappingSurroundings {
  readonly resolver: Resolver;
  readonly functions: Functions;
  readonly queues: readonly Queue[];
  readonly targets: Targets;
  readonly engine: MessageEngine;
  readonly sqs: SQSClient;
  readonly streams: DynamoDBStreamsClient;
  readonly dynamodb_endpoint: string;
  readonly folder: DataFolder;
  readonly activity: Activity;
  readonly log: Log;
  readonly redelivery_s: number;
}

const patternsOf = ({ FilterCriteria }: MappingProperties): readonly Pattern[] | undefined => {
  const patterns = FilterCriteria?.Filters?.map(({ Pattern }) => JSON.parse(Pattern) as Pattern);
  patterns?.forEach(checkPattern);
  return patterns;
};

const makeMapping = (around: MappingSurroundings, resource: Resource): Mapping => {
  const properties = around.resolver.properties<MappingProperties>(resource);
  const { EventSourceArn, BatchSize, FunctionResponseTypes } = properties;
  const common = {
    ...around,
    lambda: functionNamed(around.functions, properties.FunctionName),
    patterns: patternsOf(properties),
    reports_failures: FunctionResponseTypes?.includes("ReportBatchItemFailures") ?? false,
    window_ms: (properties.MaximumBatchingWindowInSeconds ?? 0) * 1000,
  };
  const queue = around.queues.find(({ arn }) => arn === EventSourceArn);
  if (queue) return queueMapping({ ...common, queue, batch_size: BatchSize ?? 10, max_concurrency: properties.ScalingConfig?.MaximumConcurrency ?? 5 });
  if (!EventSourceArn.includes("/stream/"))
    throw new Refusal(
      `The mapping ${resource.stack}.${resource.id} reads ${EventSourceArn}.`,
      "The local cloud has no such queue or table stream.",
      "Correct the reference, or switch the table's stream on.",
    );
  const on_failure = properties.DestinationConfig?.OnFailure?.Destination;
  return streamMapping({
    ...common,
    name: `${resource.stack}-${resource.id}`,
    stream_arn: EventSourceArn,
    batch_size: BatchSize ?? 100,
    starting_position: properties.StartingPosition ?? "TRIM_HORIZON",
    max_retries: properties.MaximumRetryAttempts ?? -1,
    max_age_s: properties.MaximumRecordAgeInSeconds ?? -1,
    bisect: properties.BisectBatchOnFunctionError ?? false,
    tumbling_s: properties.TumblingWindowInSeconds ?? 0,
    ...(on_failure ? { on_failure } : {}),
  });
};

/** The event source mappings of the templates, not yet started. */
export const makeMappings = (around: MappingSurroundings): Mapping[] =>
  around.resolver
    .ofType("AWS::Lambda::EventSourceMapping")
    .filter((resource) => around.resolver.properties<MappingProperties>(resource).Enabled !== false)
    .map((resource) => makeMapping(around, resource));
