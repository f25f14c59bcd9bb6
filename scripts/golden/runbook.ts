import { type AlarmKind, type AlarmText, platformAlarms, sharedAlarms } from "../../infra/alarms.ts";
import type { Advice, Platform } from "../../shared/kernel/lambda.ts";

const NOTHING = "Nothing waits.";

const adviceFor: Readonly<Record<Exclude<AlarmKind, "watched-number">, (alarm: AlarmText) => Advice>> = {
  "api-errors": ({ subject }) => ({
    broke: "The function ended without an answer: it ran out of time or memory, or could not start.",
    look: `\`errors ${subject}\`. A line with \`Task timed out\` names a slow dependency; one that names a variable or a module, a bad deployment.`,
    remedy: "Began with a deployment: deploy the version before it. Out of memory or time: raise `memory_mb` in the platform's `lambdas.ts` and deploy.",
    redrive: "Nothing waits. Clients repeat their requests with the same Idempotency-Key.",
  }),
  "api-failures": ({ subject }) => ({
    broke: "The function answered 5xx: an unexpected failure (500), or a dependency that did not answer in time (503).",
    look: `\`errors ${subject}\`. \`A request failed unexpectedly.\` has route, request_id and the stack; \`A request was told to come back later.\` names what was out of reach. In CloudWatch, \`server_errors\` by route.`,
    remedy: "500: began with a deployment, deploy the version before it. 503: see the alarms of the table and of AWS Health; it ends with what caused it.",
    redrive: "Nothing waits. Nothing is half-written; clients repeat their requests with the same Idempotency-Key.",
  }),
  "api-latency": ({ subject }) => ({
    broke: "The slowest percent of the function's requests has taken more than half of its timeout for 15 minutes.",
    look: `In CloudWatch, \`duration\` by route shows which route it is. \`errors ${subject}\` has the requests that were cut off: \`timed_out\`.`,
    remedy:
      "A route that grows with an org: look up the access pattern's cost in docs/access-patterns, and make it a page or a job. All routes: raise `memory_mb` in the platform's `lambdas.ts`, or look at the table's throttles.",
    redrive: "Nothing waits. A request that was cut off may have been carried out; its Idempotency-Key knows.",
  }),
  "job-errors": ({ subject }) => ({
    broke: "Whole invocations fail, not single messages: out of time or memory, no start, or a dependency that refuses everything.",
    look: `\`errors ${subject}\`.`,
    remedy: "Began with a deployment: deploy the version before it. Otherwise mend what the log names; Lambda repeats the work by itself meanwhile.",
    redrive: "What was given up lies in the dead-letter queue, whose own alarm rings then.",
  }),
  "worker-dead-letters": ({ source, id }) => ({
    broke: "Messages failed five times and were put aside.",
    look: `\`peek ${source}-dead-letters\`, then \`errors ${worker(id)}\`: the line \`command failed\` has the same message_id, and a code.`,
    remedy:
      "`message_refused`: the sender broke the contract; mend the sender, the message cannot be saved. Anything else: mend what the code names, then redrive.",
    redrive: `\`redrive ${source}\`. A message that was done after all does no harm: it counts once.`,
  }),
  "schedule-dead-letters": ({ source }) => ({
    broke: "A scheduled run could not be started, or failed to the end.",
    look: `\`peek ${source}-dead-letters\` shows \`scheduled_at\`; then \`errors ${source}\`.`,
    remedy: "Mend what the log names. Jobs by period make up for missed periods at their next run; do not wait for it if it is a month away.",
    redrive: `\`run ${source} <scheduled_at>\`, then \`purge ${source}-dead-letters\`. A period that was done already is not done again.`,
  }),
  "stream-dead-letters": ({ source }) => ({
    broke: "Changes of the table could not be handled after ten tries; the message names their place in the stream, not the changes.",
    look: `\`errors ${source}\`.`,
    remedy: "Mend what the log names. The outbox items are still in the table, and the sweep that runs every few minutes sends what the stream missed.",
    redrive: `\`purge ${source}-dead-letters\` once the sweep's log reports that nothing is left.`,
  }),
  "queue-age": ({ subject, id }) => ({
    broke: "Messages arrive faster than they are done, or none is done.",
    look: `\`depth ${subject}\`, then \`errors ${worker(id)}\`.`,
    remedy:
      "With errors: mend those first. Without: raise `max_concurrency` in the platform's `lambdas.ts`, unless an outside service's rate limit is what holds it.",
    redrive: "Nothing is lost for four days. The queue empties by itself.",
  }),
  "stream-lag": ({ subject }) => ({
    broke: "The consumer of the table's changes is behind. Changes are kept for 24 hours.",
    look: `\`errors ${subject}\`. One bad record holds up its shard until it is put aside.`,
    remedy: "With errors: mend those first. Without: more changes than it can follow; raise `memory_mb` in the platform's `lambdas.ts`.",
    redrive: "Nothing waits for you: the consumer catches up, and after 24 hours the sweep does.",
  }),
  "table-throttles": ({ subject }) => ({
    broke: `DynamoDB refuses requests to the table of ${subject}, or to one of its indexes: a hot partition, or a sudden multiple of the usual traffic.`,
    look: "In CloudWatch, ReadThrottleEvents and WriteThrottleEvents by index; in Contributor Insights, once switched on, the hot key. An index that is hot refuses the table's writes too.",
    remedy:
      "A job that floods: lower its `max_concurrency`. One tenant: the stage's `throttle`. A key that stays hot: shard its index in the entity's declaration.",
    redrive: "Nothing waits. Requests and messages are repeated.",
  }),
  "gateway-errors": () => ({
    broke: "The HTTP API answers 5xx.",
    look: "The access log names the routes: `aws logs tail \"/aws/vendedlogs/groundswell-$STAGE-api\" --since 30m --filter-pattern '{ $.status >= 500 }'`. Then `errors <platform>-<function>` with the request_id.",
    remedy: "One function: see its own heading. All functions: look at `function-throttles`, at the tables, and at the AWS Health page of the region.",
    redrive: NOTHING,
  }),
  "gateway-latency": () => ({
    broke: "The slowest percent of requests has been over the limit for 15 minutes.",
    look: "The access log has `ms` and `function_ms` by route: `aws logs tail \"/aws/vendedlogs/groundswell-$STAGE-api\" --since 30m --filter-pattern '{ $.ms > 2000 }'`.",
    remedy: "Slow only after pauses: cold starts; raise `memory_mb`. Slow always: the access pattern's cost in docs/access-patterns, or an outside service.",
    redrive: NOTHING,
  }),
  "function-throttles": () => ({
    broke: "Lambda refuses invocations: the account's concurrency in this region is used up.",
    look: "`aws lambda get-account-settings`, and ConcurrentExecutions by function in CloudWatch.",
    remedy: 'A job that floods: lower its `max_concurrency` and deploy. Honest load: ask AWS for a higher quota, "Concurrent executions".',
    redrive: "Queues keep what waits. Look at the dead-letter alarms afterwards.",
  }),
};

/** `soundcloud-build-queue-age` → `soundcloud-build-queue`: the function that takes the queue's messages. */
const worker = (id: string): string => id.replace(/-(age|dead-letters)$/, "");

const adviceOf = (alarm: AlarmText): Advice => {
  if (alarm.kind !== "watched-number") return adviceFor[alarm.kind](alarm);
  if (!alarm.advice) throw new Error(`${alarm.id} watches a number; its declaration says what to do.`);
  return alarm.advice;
};

const section = (alarm: AlarmText): string => {
  const { broke, look, remedy, redrive } = adviceOf(alarm);
  return [
    `### ${alarm.id}`,
    `- **What broke.** ${broke}`,
    `- **Impact.** ${alarm.impact}`,
    `- **First look.** ${look}`,
    `- **Remedy.** ${remedy}`,
    `- **Redrive.** ${redrive}`,
  ].join("\n");
};

const chapter = (title: string, alarms: readonly AlarmText[]): string => [`## ${title}`, ...alarms.map(section)].join("\n\n");

const beginning = `Generated by npm run golden; run it after changing a platform's lambdas.ts or infra/alarms.ts.

# Runbook

One heading for each alarm, by the alarm's name without \`groundswell-<stage>-\`. The text of an alarm ends with the link to its heading. Times are UTC.

## Commands

Paste these once into a shell that is signed in to the stage's account and region. The headings below use them.

\`\`\`sh
export STAGE=prod
queue_url() { aws sqs get-queue-url --queue-name "groundswell-$STAGE-$1" --query QueueUrl --output text; }
queue_arn() { aws sqs get-queue-attributes --queue-url "$(queue_url "$1")" --attribute-names QueueArn --query Attributes.QueueArn --output text; }
depth() { aws sqs get-queue-attributes --queue-url "$(queue_url "$1")" --attribute-names ApproximateNumberOfMessages ApproximateNumberOfMessagesNotVisible; }
peek() { aws sqs receive-message --queue-url "$(queue_url "$1")" --max-number-of-messages 10 --visibility-timeout 1 --attribute-names All; }
redrive() { aws sqs start-message-move-task --source-arn "$(queue_arn "$1-dead-letters")" --destination-arn "$(queue_arn "$1")" --max-number-of-messages-per-second 10; }
purge() { aws sqs purge-queue --queue-url "$(queue_url "$1")"; }
errors() { aws logs tail "/aws/lambda/groundswell-$STAGE-$1" --since 2h --filter-pattern '?ERROR ?"Task timed out" ?"Runtime exited"'; }
run() { aws lambda invoke --function-name "groundswell-$STAGE-$1" --invocation-type Event --cli-binary-format raw-in-base64-out --payload "{\\"scheduled_at\\":\\"$2\\"}" /dev/null; }
\`\`\`

## Before redriving

A redrive before the cause is gone only fills the dead-letter queue again, so mend first, then redrive. Dead letters are kept for 14 days. Every worker may get a message twice; none does its work twice.

## Secrets

\`groundswell/<stage>/soundcloud\` holds \`client_id\` and \`client_secret\`, \`groundswell/<stage>/resend\` holds \`api_key\`, \`groundswell/<stage>/resend-webhook\` the signing secret of its webhook, or two with a space between while one is replaced. After the first deployment they hold random values: put the real ones in with \`aws secretsmanager put-secret-value\`. Functions get the values when they are updated: after changing a secret, raise \`secrets_generation\` of the stage in infra/stage.ts and deploy. \`groundswell/<stage>/cursor-key\` is made by the first deployment; changing it makes clients start their lists again.

## Restoring a table

A table can be restored to any second of the last 35 days, always as a new table: \`aws dynamodb restore-table-to-point-in-time\`. Stop the platform's writers first: set the stage's \`throttle\` to nothing and disable the schedules and event source mappings. Compare, then either copy the lost items back, or import the restored table into the data stack with \`cdk import\` in place of the old one; the functions follow its name with the next deployment. A restored table comes without stream, time to live, point-in-time recovery and deletion protection, and an import does not add them: set all four with \`aws dynamodb\` before importing it.

## Replaying events

The bus keeps its events in the archive \`groundswell-<stage>-facts\`. Start a replay to the bus for the time that is missing, limited to the rules of the consumer concerned. Consumers know an event by its id and do it once.
`;

/** The page docs/runbook.md: how to use it, and one heading for each alarm that the platforms' declarations make. */
export const runbookPage = (platforms: readonly Platform[]): string =>
  `${[beginning.trimEnd(), chapter("Everything", sharedAlarms), ...platforms.map((platform) => chapter(platform.id, platformAlarms(platform)))].join("\n\n")}\n`;
