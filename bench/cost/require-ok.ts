import type { Reply } from "../../tests/support/api-client.ts";

/** The body of a reply; throws when it is a refusal. */
export const requireOk = async (asked: Promise<Reply>): Promise<any> => {
  const { status, body } = await asked;
  if (status >= 300) throw new Error(`A request was answered ${status}: ${JSON.stringify(body)}`);
  return body;
};

/** Takes how many messages of a delivery failed; throws unless none did. */
export const requireDone = (failed: number): void => {
  if (failed > 0) throw new Error(`${failed} messages have failed.`);
};
