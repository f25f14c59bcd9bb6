import type { Clock, Ids, Log } from "./context.ts";
import type { Database } from "./table/database.ts";

/** What a port is made from: the parts that every function has, and its environment. */
export interface Boot {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** A variable of the environment; a missing one is a deployment fault and throws. */
  env(name: string): string;
}

/**
 * The outside world of a use case, by name: each is made once per execution environment, when it is first touched,
 * so that a function pays at its start only for what it uses.
 */
export type PortFactories = Readonly<Record<string, (boot: Boot) => unknown>>;
export type PortsOf<F extends PortFactories> = { readonly [K in keyof F]: ReturnType<F[K]> };

export const openPorts = <F extends PortFactories>(factories: F, boot: Boot, given: Partial<PortsOf<F>> = {}): PortsOf<F> => {
  const opened: Record<string, unknown> = { ...given };
  const ports = {};
  for (const [name, make] of Object.entries(factories)) Object.defineProperty(ports, name, { enumerable: true, get: () => (opened[name] ??= make(boot)) });
  return ports as PortsOf<F>;
};
