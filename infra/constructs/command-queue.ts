import { Duration } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { MAX_RECEIVES } from "../../shared/kernel/lambda.ts";
import { deadLettersOf } from "../alarms.ts";
import { nameIn, pascal, queueName } from "../names.ts";
import type { Stage } from "../stage.ts";

/** A queue with its dead-letter queue, before its worker exists: whoever sends the command needs only this. */
export interface CommandQueue {
  readonly scope: Construct;
  readonly queue: sqs.Queue;
  readonly dead_letters: sqs.Queue;
  /** Who may do what with both queues. */
  readonly policy: iam.PolicyDocument;
}

/** The queue of a command. A received message stays hidden six times as long as its worker may run. */
export const commandQueue = (parent: Construct, stage: Stage, type: string, worker_timeout_s: number): CommandQueue => {
  const name = queueName(type);
  const scope = new Construct(parent, `${pascal(name)}Queue`);
  const dead_letters = deadLetterQueue(scope, stage, name);
  const queue = new sqs.Queue(scope, "Queue", {
    queueName: nameIn(stage, name),
    encryption: sqs.QueueEncryption.SQS_MANAGED,
    visibilityTimeout: Duration.seconds(6 * worker_timeout_s),
    retentionPeriod: Duration.days(4),
    deadLetterQueue: { queue: dead_letters, maxReceiveCount: MAX_RECEIVES },
  });
  return { scope, queue, dead_letters, policy: tlsOnly(scope, queue, dead_letters) };
};

/** Keeps what failed for the longest time there is, so that a fault found after a week can still be redriven. */
export const deadLetterQueue = (scope: Construct, stage: Stage, name: string): sqs.Queue =>
  new sqs.Queue(scope, "DeadLetters", {
    queueName: nameIn(stage, deadLettersOf(name)),
    encryption: sqs.QueueEncryption.SQS_MANAGED,
    retentionPeriod: Duration.days(14),
  });

/** One policy for the queues, which refuses everything that does not come over TLS. A queue can have only one policy. */
export const tlsOnly = (scope: Construct, ...queues: sqs.Queue[]): iam.PolicyDocument => {
  const { document } = new sqs.QueuePolicy(scope, "QueuePolicy", { queues });
  document.addStatements(
    new iam.PolicyStatement({
      sid: "TlsOnly",
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      actions: ["sqs:*"],
      resources: queues.map(({ queueArn }) => queueArn),
      conditions: { Bool: { "aws:SecureTransport": "false" } },
    }),
  );
  return document;
};
