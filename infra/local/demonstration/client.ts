import { setTimeout as wait } from "node:timers/promises";

/** A call that was refused: the problem's code and detail, and what was asked. */
export class CallRefused extends Error {
  readonly status: number;
  readonly code: string;
  constructor(what: string, status: number, problem: { code?: string; detail?: string }) {
    super(`${what} answered ${status} ${problem.code ?? ""}: ${problem.detail ?? ""}`);
    this.status = status;
    this.code = problem.code ?? "";
  }
}

export interface Caller {
  readonly token?: string;
  readonly org_id?: string;
}

export interface Client {
  get<T>(path: string): Promise<T>;
  /** `key` is the Idempotency-Key: the same step of an interrupted demonstration gets the same answer. */
  post<T>(path: string, body?: unknown, key?: string): Promise<T>;
  put<T>(path: string, body?: unknown): Promise<T>;
  patch<T>(path: string, body: unknown, version: number): Promise<T>;
  /** All pages of a list. */
  all<T>(path: string): Promise<T[]>;
  as(caller: Caller): Client;
}

const PATIENCE = 10;

/** A plain HTTP client of the public API; waits as told when it is asked to come back later. */
export const makeClient = (base_url: string, caller: Caller = {}): Client => {
  const call = async <T>(method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<T> => {
    const headers = {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(caller.token ? { authorization: `Bearer ${caller.token}` } : {}),
      ...(caller.org_id ? { "x-org-id": caller.org_id } : {}),
      ...more,
    };
    for (let attempt = 1; ; attempt++) {
      const reply = await fetch(base_url + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
      const text = await reply.text();
      if (reply.ok) return (text === "" ? undefined : JSON.parse(text)) as T;
      const later = Number(reply.headers.get("retry-after"));
      if ((reply.status === 429 || reply.status === 503 || (reply.status === 409 && later > 0)) && attempt < PATIENCE) {
        await wait(Math.min(Math.max(later, 1) * 1000, 10_000));
        continue;
      }
      throw new CallRefused(`${method} ${path}`, reply.status, readProblem(text));
    }
  };
  const get = <T>(path: string): Promise<T> => call<T>("GET", path);
  return {
    get,
    post: (path, body, key) => call("POST", path, body, key === undefined ? {} : { "idempotency-key": key }),
    put: (path, body) => call("PUT", path, body),
    patch: (path, body, version) => call("PATCH", path, body, { "if-match": `"${version}"` }),
    all: async <T>(path: string) => {
      const items: T[] = [];
      for (let cursor: string | null = ""; cursor !== null;) {
        const query: string = `${path.includes("?") ? "&" : "?"}limit=100${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`;
        const page: { items: T[]; next_cursor: string | null } = await get(path + query);
        items.push(...page.items);
        cursor = page.next_cursor;
      }
      return items;
    },
    as: (next) => makeClient(base_url, { ...caller, ...next }),
  };
};

const readProblem = (text: string): { code?: string; detail?: string } => {
  try {
    return JSON.parse(text) as { code?: string; detail?: string };
  } catch {
    return { detail: text.slice(0, 200) };
  }
};

/** Lets a change of state pass that an interrupted demonstration had made already. */
export const unlessDone = (error: unknown): void => {
  if (!(error instanceof CallRefused && error.code === "invalid_transition")) throw error;
};

/** Asks again until there is an answer; throws, naming what was waited for, after the time. */
export const until = async <T>(what: string, ask: () => Promise<T | undefined>, timeout_ms = 30_000): Promise<T> => {
  const end = Date.now() + timeout_ms;
  for (let pause = 50; ; pause = Math.min(pause * 1.5, 500)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`Waited ${timeout_ms / 1000} s for ${what} in vain. Look at the queues and the functions' logs on the console.`);
    await wait(pause);
  }
};

/** Does something for each item, a few at a time, in order of the items. */
export const each = async <T, R>(items: readonly T[], work: (item: T, index: number) => Promise<R>, at_once = 6): Promise<R[]> => {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at]!, at);
  };
  await Promise.all(Array.from({ length: at_once }, lane));
  return results;
};
