import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";
import { isIP } from "node:net";

/** The names that this process asked to have looked up. */
export interface Lookups {
  readonly asked: readonly string[];
  stop(): void;
}

type Callback = (error: Error | null, address?: unknown, family?: number) => void;

const OUTSIDE = "192.0.2.1";
const INSIDE = "127.0.0.1";

/**
 * Answers in the place of the resolver as one that rebinds: the first answer for a name is an address outside, each after
 * it one inside. Records who is asked for.
 */
export const rebindLookups = (): Lookups => {
  const asked: string[] = [];
  const { lookup, resolve, resolve4, resolve6 } = dns;
  const { lookup: lookupLater, resolve: resolveLater, resolve4: resolve4Later, resolve6: resolve6Later } = dns.promises;
  const answer = (name: string): string => {
    // An address is no name: a server that begins to listen has its own looked up.
    if (isIP(name) !== 0) return name;
    const address = asked.includes(name) ? INSIDE : OUTSIDE;
    asked.push(name);
    return address;
  };
  const looked = (name: string, options: { readonly all?: boolean } | undefined) => {
    const address = answer(name);
    const found = { address, family: isIP(address) };
    return options?.all ? [found] : found;
  };
  const later = async (name: string): Promise<string[]> => [answer(name)];
  const resolved = (name: string, ...given: readonly unknown[]): void => (given.at(-1) as Callback)(null, [answer(name)]);
  dns.lookup = ((name: string, ...given: readonly unknown[]): void => {
    const found = looked(name, typeof given[0] === "object" ? (given[0] as object) : undefined);
    const done = given.at(-1) as Callback;
    if (Array.isArray(found)) done(null, found);
    else done(null, found.address, found.family);
  }) as unknown as typeof dns.lookup;
  Object.assign(dns, { resolve: resolved, resolve4: resolved, resolve6: resolved });
  Object.assign(dns.promises, {
    lookup: async (name: string, options?: object) => looked(name, options),
    resolve: later,
    resolve4: later,
    resolve6: later,
  });
  syncBuiltinESMExports();
  return {
    asked,
    stop: () => {
      Object.assign(dns, { lookup, resolve, resolve4, resolve6 });
      Object.assign(dns.promises, { lookup: lookupLater, resolve: resolveLater, resolve4: resolve4Later, resolve6: resolve6Later });
      syncBuiltinESMExports();
    },
  };
};
