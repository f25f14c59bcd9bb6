import type { Clock } from "../../kernel/context.ts";
import { type Outcome, ok, retryLater } from "../../kernel/outcome.ts";

const EARLY_MS = 5 * 60_000;
const LEASE_MS = 15_000;
const WAIT_MS = 5_000;
const POLL_MS = 100;

export interface AccessToken {
  readonly access_token: string;
  readonly refresh_token?: string | undefined;
  /** RFC 3339 UTC. */
  readonly expires_at: string;
}

/** `version` changes with each write, that of a lease included. */
export type StoredToken = AccessToken & { readonly version: number };

/**
 * Where all functions keep the one token they share. A store that has been leased before it held any token may answer
 * with an empty access_token that expired long ago.
 */
export interface TokenStore {
  read(): Promise<StoredToken | undefined>;
  /**
   * Takes the right to renew the token until `until`, if `version` is still stored (undefined: nothing is) and nobody
   * holds that right. Returns the version to write under, or undefined when somebody else was first.
   */
  lease(version: number | undefined, until: Date): Promise<number | undefined>;
  /** Stores the token and ends the lease, if `version` is still stored; false otherwise. */
  write(token: AccessToken, version: number): Promise<boolean>;
}

export interface TokenSource {
  /** A token that is valid now. */
  current(): Promise<Outcome<string>>;
  /** Another token than the one the service refused. */
  replace(refused: string): Promise<Outcome<string>>;
}

export interface TokenSourceOptions {
  readonly store: TokenStore;
  /** Asks the service for a token: with a refresh token, which works once, or with the app's own credentials. */
  readonly issue: (refresh_token?: string) => Promise<Outcome<AccessToken>>;
  readonly clock: Clock;
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
}

/**
 * One token for all functions, because the service issues few. It is renewed five minutes before it expires by the
 * one caller who gets the lease; until then the others go on with the old one, and once it has expired they wait up
 * to five seconds for the new one. A refresh token that was used without its answer arriving is replaced by a new
 * start with the app's credentials.
 */
export const sharedToken = ({ store, issue, clock, sleep, random }: TokenSourceOptions): TokenSource => {
  let held: AccessToken | undefined;
  let refused: string | undefined;
  let running: Promise<Outcome<string>> | undefined;
  const now = (): number => clock.now().getTime();
  /** The token's text while it has more than `margin_ms` left and was not refused; undefined otherwise. */
  const usable = (token: AccessToken | undefined, margin_ms = 0): string | undefined =>
    token && token.access_token !== refused && Date.parse(token.expires_at) - now() > margin_ms ? token.access_token : undefined;
  const fresh = (token: AccessToken | undefined): string | undefined => usable(token, EARLY_MS);

  const renew = async (stored: StoredToken | undefined, version: number): Promise<Outcome<string>> => {
    let issued = await issue(stored?.refresh_token);
    if (issued.kind === "permanent" && stored?.refresh_token) issued = await issue();
    if (issued.kind !== "ok") {
      const old = usable(stored);
      return old === undefined ? issued : ok(old);
    }
    // A lease that ran out meanwhile lost the write; the token is valid all the same, for this process.
    await store.write(issued.value, version);
    held = issued.value;
    return ok(held.access_token);
  };

  const obtain = async (): Promise<Outcome<string>> => {
    for (const deadline = now() + WAIT_MS; ;) {
      const stored = await store.read();
      const found = fresh(stored);
      if (found !== undefined) {
        held = stored;
        return ok(found);
      }
      const version = await store.lease(stored?.version, new Date(now() + LEASE_MS));
      if (version !== undefined) return renew(stored, version);
      const old = usable(stored);
      if (old !== undefined) return ok(old);
      if (now() >= deadline) return retryLater(LEASE_MS, "Another function is renewing the access token.");
      await sleep(POLL_MS * (1 + random()));
    }
  };

  /** Calls of this process that need a token at the same time share one search for it. */
  const once = async (): Promise<Outcome<string>> => {
    const known = fresh(held);
    if (known !== undefined) return ok(known);
    running ??= obtain().finally(() => {
      running = undefined;
    });
    return running;
  };

  return {
    current: once,
    replace: (token) => {
      refused = token;
      return once();
    },
  };
};
