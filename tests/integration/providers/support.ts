import { type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../../../shared/kernel/context.ts";
import type { AccessToken, StoredToken, TokenStore } from "../../../shared/soundcloud/soundcloud/token.ts";

export interface TestClock extends Clock {
  advance(ms: number): void;
  /** Waiting costs no time but the clock's. */
  readonly sleep: (ms: number) => Promise<void>;
}

export const testClock = (start = "2026-11-20T10:00:00.000Z"): TestClock => {
  let time = Date.parse(start);
  const advance = (ms: number): void => {
    time += ms;
  };
  return {
    now: () => new Date(time),
    advance,
    sleep: async (ms) => advance(ms),
  };
};

/** Lets the sockets work without moving any clock. */
export const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

export interface Scripted {
  readonly url: string;
  /** `"GET /path"` of each request so far. */
  readonly requests: string[];
  stop(): Promise<void>;
}

type Answer = (response: ServerResponse, number: number) => unknown;

/** A server that answers every request by a function of its number (1, 2 …). */
export const scripted = async (answer: Answer): Promise<Scripted> => {
  const requests: string[] = [];
  const server: Server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    request.resume();
    request.on("end", () => answer(response, requests.length));
  });
  await new Promise<void>((started) => server.listen(0, "127.0.0.1", started));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
};

export const json = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
};

/** Calls a sandbox's control; fails the test when that is refused. */
export const control = async <T = unknown>(base_url: string, method: string, path: string, body?: unknown): Promise<T> => {
  const response = await fetch(`${base_url}/sandbox/${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  if (!response.ok) throw new Error(`${method} /sandbox/${path} answered ${response.status}: ${await response.text()}`);
  return (response.status === 204 ? undefined : await response.json()) as T;
};

export interface MemoryTokens extends TokenStore {
  stored(): StoredToken | undefined;
  /** How often the store was read. */
  reads(): number;
  put(token: AccessToken): void;
  /** As a function does that took the lease and died. */
  hold(until: Date): void;
}

/** The token store in memory, with the conditions that the table's writes have. */
export const memoryTokens = (clock: Clock): MemoryTokens => {
  let item: StoredToken | undefined;
  let leasedUntil = 0;
  let reads = 0;
  return {
    stored: () => item,
    put: (token) => {
      item = { ...token, version: (item?.version ?? 0) + 1 };
    },
    hold: (until) => {
      leasedUntil = until.getTime();
    },
    reads: () => reads,
    read: async () => {
      reads += 1;
      return item;
    },
    lease: async (version, until) => {
      if (item?.version !== version || leasedUntil > clock.now().getTime()) return undefined;
      leasedUntil = until.getTime();
      item = { ...(item ?? { access_token: "", expires_at: new Date(0).toISOString() }), version: (version ?? 0) + 1 };
      return item.version;
    },
    write: async (token, version) => {
      if (item?.version !== version) return false;
      leasedUntil = 0;
      item = { ...token, version: version + 1 };
      return true;
    },
  };
};
