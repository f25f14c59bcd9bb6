import { startDynamo } from "../../infra/local/engines/dynamodb.ts";

/** One DynamoDB Local for the whole run, in memory, unless DYNAMODB_ENDPOINT names one that runs already. */
export const setup = async (): Promise<(() => Promise<void>) | undefined> => {
  if (process.env.DYNAMODB_ENDPOINT) return undefined;
  const engine = await startDynamo();
  process.env.DYNAMODB_ENDPOINT = engine.endpoint;
  return async () => {
    delete process.env.DYNAMODB_ENDPOINT;
    await engine.stop();
  };
};
