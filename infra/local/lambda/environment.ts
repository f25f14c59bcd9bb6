import { parentPort, workerData } from "node:worker_threads";
import { pathToFileURL } from "node:url";
import type { EnvironmentSettings, FromEnvironment, ToEnvironment } from "./protocol.ts";

// One execution environment of a Lambda, in a thread of its own with its own variables.

const settings = workerData as EnvironmentSettings;
const port = parentPort!;
const tell = (message: FromEnvironment): void => port.postMessage(message);

type Handler = (event: unknown, context: object) => unknown;

const loaded = (await import(pathToFileURL(settings.file).href)) as Record<string, unknown>;
const handler = loaded[settings.handler];
if (typeof handler !== "function") throw new Error(`Runtime.HandlerNotFound: ${settings.file} exports no function ${settings.handler}.`);

const contextOf = ({ request_id, deadline }: ToEnvironment): object => ({
  awsRequestId: request_id,
  functionName: process.env["AWS_LAMBDA_FUNCTION_NAME"],
  functionVersion: "$LATEST",
  invokedFunctionArn: settings.arn,
  memoryLimitInMB: process.env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
  logGroupName: `/aws/lambda/${process.env["AWS_LAMBDA_FUNCTION_NAME"]}`,
  logStreamName: "local",
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
});

const failure = (error: unknown): FromEnvironment => {
  const known = error instanceof Error ? error : new Error(String(error));
  return { kind: "failed", error_type: known.name, message: known.message, trace: (known.stack ?? "").split("\n") };
};

port.on("message", async (invocation: ToEnvironment) => {
  try {
    const reply = await (handler as Handler)(JSON.parse(invocation.event), contextOf(invocation));
    tell({ kind: "replied", reply: JSON.stringify(reply ?? null) });
  } catch (error) {
    tell(failure(error));
  }
});
tell({ kind: "ready" });
