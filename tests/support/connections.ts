import { Socket } from "node:net";

/** A connection that this process began: `127.0.0.1:4566`. */
export interface Connections {
  readonly opened: readonly string[];
  stop(): void;
}

interface Address {
  readonly host?: string;
  readonly port?: number;
  readonly path?: string;
}

/** Records every connection that this process begins, before its name is looked up, whoever begins it. */
export const recordConnections = (): Connections => {
  const opened: string[] = [];
  const connect = Socket.prototype.connect;
  Socket.prototype.connect = function record(this: Socket, ...given: unknown[]): Socket {
    const [first] = (Array.isArray(given[0]) ? given[0] : given) as [Address];
    opened.push(typeof first === "object" ? (first.path ?? `${first.host ?? "localhost"}:${first.port}`) : given.join(":"));
    return Reflect.apply(connect, this, given) as Socket;
  } as typeof connect;
  return { opened, stop: () => void (Socket.prototype.connect = connect) };
};
