import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { setTimeout as delay } from "node:timers/promises";
import type { Log } from "../../shared/kernel/context.ts";
import type { Activity } from "./activity.ts";
import type { Resolver } from "./assembly/resolve.ts";
import { FunctionError } from "./lambda/execution.ts";
import { type Functions, functionNamed } from "./lambda/functions.ts";
import type { LambdaFunction } from "./lambda/lambda-function.ts";
import { nameOfArn } from "./place.ts";
import type { Queue } from "./provision/queues.ts";
import { Refusal, messageOf } from "./refusal.ts";

/** A target of a rule or schedule, as its template has it. */
export interface TargetProperties {
  readonly Arn: string;
  readonly DeadLetterConfig?: { readonly Arn: string };
  readonly SqsParameters?: { readonly MessageGroupId?: string };
}

export interface Targets {
  /** Throws a Refusal when the target does not exist or is of a kind that does not run here. */
  check(target: TargetProperties): void;
  /**
   * Hands the payload over. Resolves when a queue has stored it, or a function was started; `settled` resolves when the
   * function has succeeded or has failed for good, and its own on-failure destination has taken the event.
   */
  deliver(target: TargetProperties, payload: unknown): Promise<{ readonly settled: Promise<void> }>;
  send(queue_arn: string, payload: unknown, group?: string): Promise<void>;
}

interface InvokeConfig {
  readonly FunctionName: string;
  readonly MaximumRetryAttempts?: number;
  readonly DestinationConfig?: { readonly OnFailure?: { readonly Destination: string } };
}

const RETRIES = 2;
/** Lambda waits one minute, then two, before it repeats an asynchronous invocation. Nobody watches a terminal that long. */
const RETRY_MS = 500;

export interface TargetSurroundings {
  readonly sqs: SQSClient;
  readonly queues: readonly Queue[];
  readonly functions: Functions;
  readonly resolver: Resolver;
  readonly activity: Activity;
  readonly log: Log;
}

const failedEvent = (lambda: LambdaFunction, attempts: number, payload: unknown, error: FunctionError): object => ({
  version: "1.0",
  timestamp: new Date().toISOString(),
  requestContext: { functionArn: `${lambda.arn}:$LATEST`, condition: "RetriesExhausted", approximateInvokeCount: attempts },
  requestPayload: payload,
  responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
  responsePayload: { errorType: error.error_type, errorMessage: error.message, trace: error.trace },
});

/** Delivery to queues, and to functions the asynchronous way: with repeats and the function's on-failure destination. */
export const makeTargets = ({ sqs, queues, functions, resolver, activity, log }: TargetSurroundings): Targets => {
  const configs = resolver.ofType("AWS::Lambda::EventInvokeConfig").map((resource) => resolver.properties<InvokeConfig>(resource));
  const configOf = (lambda: LambdaFunction): InvokeConfig | undefined => configs.find(({ FunctionName }) => nameOfArn(FunctionName) === lambda.name);

  const send = async (queue_arn: string, payload: unknown, group?: string): Promise<void> => {
    const queue = queues.find(({ arn }) => arn === queue_arn);
    if (!queue) throw new Refusal(`A template refers to the queue ${queue_arn}.`, "No template has it.", "Correct the reference.");
    const MessageBody = typeof payload === "string" ? payload : JSON.stringify(payload);
    await sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody, ...(group ? { MessageGroupId: group } : {}) }));
  };

  const giveUp = async (lambda: LambdaFunction, attempts: number, payload: unknown, error: FunctionError): Promise<void> => {
    const destination = configOf(lambda)?.DestinationConfig?.OnFailure?.Destination;
    if (destination) return send(destination, failedEvent(lambda, attempts, payload, error));
    log.error(`${lambda.name}: an asynchronous event was dropped after ${attempts} attempts: ${error.message}`);
  };

  const invokeAsync = async (lambda: LambdaFunction, payload: unknown): Promise<void> => {
    const retries = configOf(lambda)?.MaximumRetryAttempts ?? RETRIES;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await lambda.invoke(payload);
        return;
      } catch (error) {
        if (!(error instanceof FunctionError)) throw error;
        if (attempt > retries) return giveUp(lambda, attempt, payload, error);
        await delay(RETRY_MS * attempt);
      }
    }
  };

  const handOver = async (target: TargetProperties, payload: unknown): Promise<{ settled: Promise<void> }> => {
    if (target.Arn.includes(":sqs:")) {
      await send(target.Arn, payload, target.SqsParameters?.MessageGroupId);
      return { settled: Promise.resolve() };
    }
    const settled = activity.follow(invokeAsync(functionNamed(functions, target.Arn), payload));
    settled.catch((error: unknown) => log.error(`${nameOfArn(target.Arn)}: ${messageOf(error)}`));
    return { settled };
  };

  return {
    check: ({ Arn, DeadLetterConfig }) => {
      for (const arn of [Arn, ...(DeadLetterConfig ? [DeadLetterConfig.Arn] : [])]) {
        if (arn.includes(":lambda:")) functionNamed(functions, arn);
        else if (!queues.some((queue) => queue.arn === arn))
          throw new Refusal(
            `A template has the target ${arn}.`,
            "The local cloud delivers to the queues and functions of the templates only.",
            "Correct the reference.",
          );
      }
    },
    deliver: async (target, payload) => {
      try {
        return await handOver(target, payload);
      } catch (error) {
        if (!target.DeadLetterConfig) throw error;
        await send(target.DeadLetterConfig.Arn, payload);
        return { settled: Promise.resolve() };
      }
    },
    send,
  };
};
