import type { TestDatabaseOptions } from "../dynamo.ts";

export type Wrap = NonNullable<TestDatabaseOptions["wrap"]>;
export type Handler = Parameters<Wrap>[0];
export type Request = Parameters<Handler["handle"]>[0];
export type Reply = Awaited<ReturnType<Handler["handle"]>>;

/** One request below the SDK's repeats: `TransactWriteItems` and its JSON. */
export interface Call {
  readonly operation: string;
  readonly body: any;
  /** Goes on to the engine, with another body or as another operation if they are given. */
  forward(body?: unknown, operation?: string): Promise<Reply>;
}

export const replied = (statusCode: number, body: unknown): Reply => ({
  response: { statusCode, headers: { "content-type": "application/x-amz-json-1.0" }, body: Buffer.from(JSON.stringify(body)) },
});

export const bytesOf = async ({ response }: Reply): Promise<Buffer> => {
  // What was answered in this process is there at once.
  if (response.body instanceof Uint8Array) return Buffer.from(response.body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
};
export const jsonOf = async (reply: Reply): Promise<any> => JSON.parse((await bytesOf(reply)).toString());

/** A reply that nobody reads keeps its socket, until none is left. */
export const drained = async (reply: Promise<Reply> | Reply): Promise<void> => {
  const { response } = await reply;
  if (response.body instanceof Uint8Array) return;
  for await (const _ of response.body as AsyncIterable<Uint8Array>);
};

/** What a client of the network throws when the connection breaks, and when it has waited long enough. */
export const reset = (): Error => Object.assign(new Error("injected: read ECONNRESET"), { name: "TimeoutError", code: "ECONNRESET" });
export const timedOut = (): Error => Object.assign(new Error("injected: no answer in time"), { name: "TimeoutError" });

export const around = (handler: Handler, handle: (request: Request, options: never) => Promise<Reply>): Handler =>
  ({ ...handler, handle, destroy: () => handler.destroy?.() }) as unknown as Handler;

/** The same handler with `answer` in the place of every call of a service that speaks JSON. */
export const intercept = (handler: Handler, answer: (call: Call) => Reply | Promise<Reply>): Handler =>
  around(handler, async (request, options) => {
    const text = typeof request.body === "string" ? request.body : new TextDecoder().decode(request.body);
    const target = request.headers["x-amz-target"] ?? "";
    return answer({
      operation: target.split(".")[1] ?? request.method,
      body: text === "" ? {} : JSON.parse(text),
      forward: (body, operation) =>
        handler.handle(body === undefined ? request : changed(request, body, operation ? `${target.split(".")[0]}.${operation}` : target), options),
    });
  });

/** The local engines check no signature of the content, so that a changed request passes. */
const changed = (request: Request, body: unknown, target: string): Request => {
  const bytes = Buffer.from(JSON.stringify(body));
  const headers = { ...request.headers, "x-amz-target": target, "content-length": String(bytes.length) };
  return Object.assign(Object.create(Object.getPrototypeOf(request)), request, { body: bytes, headers });
};
