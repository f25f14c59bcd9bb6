import { type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { StateFile } from "./state.ts";
import { type FaultReplies, type Faults, faults as faultList, setFaults } from "./faults.ts";

const MAX_BODY = 1_000_000;

export interface SandboxRequest {
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The server's own address, for links in replies. */
  readonly base_url: string;
}

export interface SandboxReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Texts are sent as they are, everything else as JSON. */
  readonly body?: unknown;
}

export type SandboxRoutes = Readonly<Record<string, (request: SandboxRequest) => SandboxReply | Promise<SandboxReply>>>;

export interface SandboxServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** What most providers are started with. */
export interface SandboxOptions {
  readonly port?: number | undefined;
  readonly now?: () => Date;
  readonly seed?: string | undefined;
  readonly state_file?: string | undefined;
}

export interface ServerOptions {
  /** 0, the default, takes a free port. */
  readonly port?: number | undefined;
  /** Written when the server has stopped, so that nothing of the last requests is lost. */
  readonly state: StateFile;
  /** The service's API: `"GET /tracks/{urn}"`. */
  readonly routes: SandboxRoutes;
  /** What the real service does not have, below `/sandbox`: never limited and never faulty. */
  readonly controls: SandboxRoutes;
  /** Goes before each API route: a reply here ends the request, for example with a 429. */
  readonly guard?: (request: SandboxRequest) => SandboxReply | undefined;
  /** Headers of each API reply. */
  readonly headers?: () => Readonly<Record<string, string>>;
  readonly notFound: SandboxReply;
  /** How this service words the faults that are replies. */
  readonly fault_replies: () => FaultReplies;
}

/**
 * An HTTP server on 127.0.0.1 that plays an outside service. Only requests addressed to this machine by name are
 * answered, and controls refuse browsers' cross-site requests: mails in a sandbox hold working links.
 */
export const startServer = async (options: ServerOptions): Promise<SandboxServer> => {
  const faults = faultList();
  const api = compile(options.routes);
  const controls = compile({ ...options.controls, ...faultRoutes(faults) });
  const server = createServer((incoming, response) => {
    answer(incoming, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else send(response, { status: 500, body: { message: String(error) } });
    });
  });

  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const base_url = urlOf(server);
    const request = await readRequest(incoming, base_url);
    if (!request) return send(response, { status: 413, body: { message: "The body is too large." } });
    if (!isLocal(incoming, base_url)) return send(response, { status: 403, body: { message: "Only for this machine." } });
    if (request.path.startsWith("/sandbox/")) return send(response, await route(controls, incoming, request, options.notFound));
    const fault = faults.take(request.path);
    if (fault === "reset") return void incoming.socket.destroy();
    const canned = fault && options.fault_replies()[fault];
    if (canned) return send(response, canned);
    const reply = options.guard?.(request) ?? (await route(api, incoming, request, options.notFound));
    if (fault === "lost_answer") return void incoming.socket.destroy();
    // The socket stays open until the client gives up or the server stops.
    if (fault === "timeout") return;
    send(response, { ...reply, headers: { ...options.headers?.(), ...reply.headers } }, fault === "malformed");
  };

  await new Promise<void>((started, failed) => server.once("error", failed).listen(options.port ?? 0, "127.0.0.1", started));
  return {
    url: urlOf(server),
    stop: async () => {
      await new Promise<void>((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      });
      options.state.flush();
    },
  };
};

const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const isLocal = ({ headers }: IncomingMessage, base_url: string): boolean => {
  const { port } = new URL(base_url);
  const named = headers.host === `127.0.0.1:${port}` || headers.host === `localhost:${port}`;
  return named && (headers.origin === undefined || headers.origin === `http://${headers.host}`);
};

const readRequest = async (incoming: IncomingMessage, base_url: string): Promise<SandboxRequest | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY) chunks.push(chunk);
  }
  if (size > MAX_BODY) return undefined;
  const url = new URL(`${base_url}${incoming.url}`);
  return { path: url.pathname, params: {}, query: url.searchParams, headers: incoming.headers, text: Buffer.concat(chunks).toString("utf8"), base_url };
};

interface CompiledRoute {
  readonly pattern: RegExp;
  readonly names: string[];
  readonly handle: SandboxRoutes[string];
}

const compile = (routes: SandboxRoutes): CompiledRoute[] =>
  Object.entries(routes).map(([key, handle]) => ({
    pattern: new RegExp(`^${key.replaceAll(/\{\w+\}/g, "([^/]+)")}$`),
    names: [...key.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!),
    handle,
  }));

const route = async (routes: CompiledRoute[], { method }: IncomingMessage, request: SandboxRequest, notFound: SandboxReply): Promise<SandboxReply> => {
  for (const { pattern, names, handle } of routes) {
    const match = pattern.exec(`${method} ${request.path}`);
    if (match) return handle({ ...request, params: Object.fromEntries(names.map((name, i) => [name, decode(match[i + 1]!)])) });
  }
  return notFound;
};

const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};

const send = (response: ServerResponse, { status, headers, body }: SandboxReply, malformed = false): void => {
  const is_text = typeof body === "string";
  const text = is_text ? body : body === undefined ? "" : JSON.stringify(body);
  response.writeHead(status, { "content-type": is_text ? "text/plain; charset=utf-8" : "application/json; charset=utf-8", ...headers });
  response.end(malformed ? text.slice(0, Math.max(1, text.length >> 1)) : text);
};

/** The body as a JSON object; undefined when it is none. */
export const jsonOf = (request: SandboxRequest): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(request.text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
};

/** `{ kind, count?, path? }`: the next `count` (1) API requests whose path begins with `path` meet the fault. DELETE ends all. */
const faultRoutes = (faults: Faults): SandboxRoutes => ({
  "POST /sandbox/faults": (request) => setFaults(faults, jsonOf(request)),
  "GET /sandbox/faults": () => ({ status: 200, body: { items: faults.list() } }),
  "DELETE /sandbox/faults": () => {
    faults.clear();
    return { status: 204 };
  },
});
