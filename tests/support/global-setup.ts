import { startDynamo } from "../../infra/local/engines/dynamodb.ts";

/** As many as vitest.config.ts has workers: writers of one engine wait for each other, those of two do not. */
const ENGINES = 2;

/** DynamoDB Local for the whole run, in memory, one engine a worker, unless DYNAMODB_ENDPOINT names one that runs already. */
export const setup = async (): Promise<(() => Promise<void>) | undefined> => {
  if (process.env.DYNAMODB_ENDPOINT) return undefined;
  const engines = await Promise.all(Array.from({ length: ENGINES }, () => startDynamo()));
  process.env.DYNAMODB_ENDPOINT = engines.map(({ endpoint }) => endpoint).join(" ");
  return async () => {
    delete process.env.DYNAMODB_ENDPOINT;
    await Promise.all(engines.map((engine) => engine.stop()));
  };
};
