import { type IncomingMessage, type Server, createServer } from "node:http";

/** A refusal in the words of the AWS JSON protocol. */
export class AwsError extends Error {
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = code;
    this.status = status;
  }
}

export type Operation = (input: never) => Promise<object> | object;

const BODY_LIMIT = 2 * 1024 * 1024;

const readInput = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BODY_LIMIT) throw new AwsError("RequestEntityTooLargeException", "The request is too large.", 413);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString() || "{}") as unknown;
};

const answer = async (operations: Readonly<Record<string, Operation>>, request: IncomingMessage): Promise<[status: number, body: object]> => {
  const target = String(request.headers["x-amz-target"] ?? "");
  try {
    if (!Object.hasOwn(operations, target))
      throw new AwsError("UnknownOperationException", `The local cloud does not have the operation ${target || "without a name"}.`);
    return [200, await operations[target]!((await readInput(request)) as never)];
  } catch (error) {
    const known =
      error instanceof AwsError
        ? error
        : error instanceof SyntaxError
          ? new AwsError("SerializationException", "The request is not JSON.")
          : new AwsError("InternalFailure", String(error), 500);
    return [known.status, { __type: known.name, message: known.message }];
  }
};

/** One server for all services of the AWS JSON 1.1 protocol: the request names its service and operation. */
export const awsJsonServer = (operations: Readonly<Record<string, Operation>>): Server =>
  createServer((request, response) => {
    void answer(operations, request).then(([status, body]) =>
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body)),
    );
  });
