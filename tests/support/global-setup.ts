import { rmSync } from "node:fs";
import { startDynamo } from "../../infra/local/engines/dynamodb.ts";
import { recordsFolder } from "./recorder/records.ts";

/** One a core: writers of one engine wait for each other, those of two do not. A third worker uses what the two leave while they wait. */
const ENGINES = 2;

/** DynamoDB Local for the whole run, in memory, unless DYNAMODB_ENDPOINT names one that runs already. */
const startEngines = async (): Promise<() => Promise<void>> => {
  if (process.env.DYNAMODB_ENDPOINT) return async () => {};
  const engines = await Promise.all(Array.from({ length: ENGINES }, () => startDynamo()));
  process.env.DYNAMODB_ENDPOINT = engines.map(({ endpoint }) => endpoint).join(" ");
  return async () => {
    delete process.env.DYNAMODB_ENDPOINT;
    await Promise.all(engines.map((engine) => engine.stop()));
  };
};

/** The engines, and the folder in which every process writes down the calls that it has recorded. */
export const setup = async (): Promise<() => Promise<void>> => {
  const folder = recordsFolder();
  const stop = await startEngines();
  return async () => {
    rmSync(folder, { recursive: true });
    await stop();
  };
};
