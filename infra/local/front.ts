import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { Log } from "../../shared/kernel/context.ts";
import { answerByFunction, gatewayAnswer, splitUrl } from "./gateway/http-api.ts";
import type { ApiRoutes } from "./gateway/routes.ts";
import { messageOf } from "./refusal.ts";

/** Answers what is not an API route. False when the path is not its own. */
export type Pages = (request: IncomingMessage, response: ServerResponse, path: string, query: string) => Promise<boolean>;

export interface Front {
  readonly server: Server;
  /** From now on requests are answered; before, every one gets 503. */
  open(port: number, routes: ApiRoutes, pages: Pages): void;
  /** Takes no new requests; resolves when the running ones are answered. */
  close(): Promise<void>;
}

/** API Gateway's limit for the request line and all headers together. */
const HEADER_LIMIT = 10_240;

interface Opened {
  readonly hosts: ReadonlySet<string>;
  readonly routes: ApiRoutes;
  readonly pages: Pages;
}

/** A page of another site that made a name point to this machine cannot read what is here, because it sends its own name. */
const hostsOf = (port: number): ReadonlySet<string> => new Set([`localhost:${port}`, `127.0.0.1:${port}`]);

const answer = async (opened: Opened, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  if (!opened.hosts.has(request.headers.host ?? "")) return gatewayAnswer(response, 421, `This server answers to ${[...opened.hosts].join(" and ")} only.`);
  const [path, query] = splitUrl(request.url!);
  const match = opened.routes.find(request.method!, path);
  if (match) return answerByFunction(request, response, match);
  if (await opened.pages(request, response, path, query)) return;
  const fallback = opened.routes.fallback(path);
  if (fallback) return answerByFunction(request, response, fallback);
  gatewayAnswer(response, 404, "Not Found");
};

/** The one HTTP server that clients and browsers see. API routes come first by their declared paths, then the pages. */
export const makeFront = (log: Log): Front => {
  let opened: Opened | undefined;
  const server = createServer({ maxHeaderSize: HEADER_LIMIT }, (request, response) => {
    if (!opened) {
      response.setHeader("retry-after", "1");
      return gatewayAnswer(response, 503, "The local cloud is starting.");
    }
    answer(opened, request, response).catch((error: unknown) => {
      if (error instanceof URIError) return gatewayAnswer(response, 400, "Bad Request");
      if (request.destroyed) return;
      log.error(`${request.method} ${request.url}: ${messageOf(error)}`);
      gatewayAnswer(response, 500, "Internal Server Error");
    });
  });
  return {
    server,
    open: (port, routes, pages) => void (opened = { hosts: hostsOf(port), routes, pages }),
    close: async () => {
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await closed;
    },
  };
};
