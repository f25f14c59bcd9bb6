import { rmSync } from "node:fs";
import { startDynamo } from "../../infra/local/engines/dynamodb.ts";
import { recordsFolder } from "./recorder/records.ts";

/** DynamoDB Local for the whole run, in memory, unless DYNAMODB_ENDPOINT names one that runs already. */
const startEngine = async (): Promise<() => Promise<void>> => {
  if (process.env.DYNAMODB_ENDPOINT) return async () => {};
  const { endpoint, stop } = await startDynamo({ lasting: true });
  process.env.DYNAMODB_ENDPOINT = endpoint;
  return async () => {
    delete process.env.DYNAMODB_ENDPOINT;
    await stop();
  };
};

/** The engine, and the folder in which every process writes down the calls that it has recorded. */
export const setup = async (): Promise<() => Promise<void>> => {
  const folder = recordsFolder();
  const stop = await startEngine();
  return async () => {
    rmSync(folder, { recursive: true });
    await stop();
  };
};
