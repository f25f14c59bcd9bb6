import { digits } from "../state.ts";

const LIFETIME_S = 3_599;
const HOUR_MS = 3_600_000;
/** What the real service allows: tokens by client credentials in a window, per app and per address. */
const PER_APP = { max: 50, window_ms: 12 * HOUR_MS };
const PER_ADDRESS = { max: 30, window_ms: HOUR_MS };

interface Access {
  readonly text: string;
  readonly client_id: string;
  /** Missing on a token of the app itself. */
  readonly user_urn?: string | undefined;
  readonly expires_at: number;
}

export interface TokenState {
  issued: number;
  access: Access[];
  refresh: { readonly text: string; readonly client_id: string }[];
  /** Issues by client credentials, for the limits. */
  issues: { readonly client_id: string; readonly at: number }[];
}

export const noTokens = (): TokenState => ({ issued: 0, access: [], refresh: [], issues: [] });

export interface TokenReply {
  readonly access_token: string;
  readonly token_type: "bearer";
  readonly expires_in: number;
  readonly refresh_token: string;
  readonly scope: "";
}

export interface Tokens {
  /** A token for the app or, with `user_urn`, for an account. */
  issue(client_id: string, user_urn?: string): TokenReply;
  /** `limited` when too many were issued by client credentials. */
  issueForApp(client_id: string): TokenReply | "limited";
  /** Spends a refresh token, which works once; undefined when it is unknown or spent. */
  refresh(text: string, client_id: string): TokenReply | undefined;
  /** The token of a request, while it is valid. */
  find(text: string): Access | undefined;
  /** How many tokens were issued by client credentials, ever. */
  issued(): number;
}

export const tokens = (seed: string, now: () => Date, state: TokenState, changed: () => void): Tokens => {
  const time = (): number => now().getTime();
  const issue = (client_id: string, user_urn?: string): TokenReply => {
    const number = ++state.issued;
    const access_token = `2-${digits(seed, `access ${number}`, 40)}`;
    const refresh_token = digits(seed, `refresh ${number}`, 32);
    state.access = state.access.filter((token) => token.expires_at > time());
    state.access.push({ text: access_token, client_id, user_urn, expires_at: time() + LIFETIME_S * 1_000 });
    state.refresh.push({ text: refresh_token, client_id });
    changed();
    return { access_token, token_type: "bearer", expires_in: LIFETIME_S, refresh_token, scope: "" };
  };
  const within = (window_ms: number, client_id?: string): number =>
    state.issues.filter((i) => i.at > time() - window_ms && (client_id === undefined || i.client_id === client_id)).length;
  return {
    issue,
    issueForApp: (client_id) => {
      // Everybody calls a sandbox from the same address.
      if (within(PER_APP.window_ms, client_id) >= PER_APP.max || within(PER_ADDRESS.window_ms) >= PER_ADDRESS.max) return "limited";
      state.issues.push({ client_id, at: time() });
      return issue(client_id);
    },
    refresh: (text, client_id) => {
      const at = state.refresh.findIndex((token) => token.text === text && token.client_id === client_id);
      if (at < 0) return undefined;
      state.refresh.splice(at, 1);
      return issue(client_id);
    },
    find: (text) => state.access.find((token) => token.text === text && token.expires_at > time()),
    issued: () => state.issues.length,
  };
};
