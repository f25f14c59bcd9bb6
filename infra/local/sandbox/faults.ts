import type { SandboxReply } from "./server.ts";

/** What a service can be made to do wrong. `lost_answer` and `timeout` do the work first; `reset` does not. */
export const faultKinds = [
  "429_json",
  "429_gateway",
  "429_text",
  "403_html",
  "401",
  "409_concurrent",
  "500",
  "503",
  "timeout",
  "reset",
  "lost_answer",
  "malformed",
] as const;
export type FaultKind = (typeof faultKinds)[number];
export type FaultReplies = Readonly<Partial<Record<FaultKind, SandboxReply>>>;

interface Fault {
  readonly kind: FaultKind;
  readonly path: string;
  count: number;
}

export interface Faults {
  add(fault: Fault): void;
  /** The fault that this request meets; each is used up by its count, in the order they were ordered. */
  take(path: string): FaultKind | undefined;
  list(): readonly Fault[];
  clear(): void;
}

export const faults = (): Faults => {
  let waiting: Fault[] = [];
  return {
    add: (fault) => {
      waiting.push(fault);
    },
    take: (path) => {
      const fault = waiting.find((f) => path.startsWith(f.path));
      if (!fault) return undefined;
      fault.count -= 1;
      if (fault.count === 0) waiting = waiting.filter((f) => f !== fault);
      return fault.kind;
    },
    list: () => waiting,
    clear: () => {
      waiting = [];
    },
  };
};

/** Orders a fault from a control request's body. */
export const setFaults = (list: Faults, body: Record<string, unknown> | undefined): SandboxReply => {
  const { kind, count = 1, path = "/" } = body ?? {};
  const known = faultKinds.find((k) => k === kind);
  if (!known || !Number.isInteger(count) || (count as number) < 1 || typeof path !== "string")
    return { status: 400, body: { message: `Give a kind (${faultKinds.join(", ")}), a count of at least 1, and the beginning of a path.` } };
  list.add({ kind: known, count: count as number, path });
  return { status: 204 };
};

/** The page that a CDN shows instead of the service. */
export const edgePage: SandboxReply = {
  status: 403,
  headers: { "content-type": "text/html", server: "CloudFront" },
  body: '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">\n<HTML><HEAD><TITLE>ERROR: The request could not be satisfied</TITLE></HEAD><BODY><H1>403 ERROR</H1><H2>The request could not be satisfied.</H2></BODY></HTML>',
};
