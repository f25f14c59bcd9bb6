import * as z from "zod";
import type { HttpReply } from "../../kernel/http-reply.ts";
import { type Failure, permanent } from "../../kernel/outcome.ts";

/** An org's app as it proves itself to its network. */
export interface AppCredentials {
  readonly org_id: string;
  readonly client_id: string;
  readonly client_secret: string;
}

/** What a network gives for a refresh token. */
export interface IssuedTokens {
  readonly access_token: string;
  /** Seconds. */
  readonly expires_in: number;
  /** In place of the one that was used, which is void then; absent where that one stays. */
  readonly refresh_token?: string | undefined;
}

const token = z.string().min(1).max(2000);
export const TokenReply = z
  .looseObject({ access_token: token, expires_in: z.number().positive(), refresh_token: token.nullish() })
  .transform(({ access_token, expires_in, refresh_token }): IssuedTokens => ({ access_token, expires_in, ...(refresh_token ? { refresh_token } : {}) }));

const OAuthError = z.looseObject({ error: z.string(), error_description: z.string().default("") });

/**
 * What an error of a token endpoint means, whatever its status; undefined for a reply that has none. Only `auth_expired`
 * says that the refresh token is void: what is `permanent` is the app's or the request's fault (`invalid_client`).
 */
export const oauthFailure = ({ status, body }: HttpReply): Failure | undefined => {
  const parsed = OAuthError.safeParse(body);
  if (!parsed.success || status >= 500 || status === 429) return undefined;
  const { error, error_description } = parsed.data;
  return error === "invalid_grant" ? { kind: "auth_expired" } : permanent(error, `The token was not renewed (${error}): ${error_description.slice(0, 200)}`);
};
