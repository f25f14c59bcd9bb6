import type * as z from "zod";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * Who may call a route, as data: the handler, the OpenAPI document and the authorization tests read the same value.
 * - `public`: nobody needs to sign in.
 * - `signed_in`: any user session; no org needed.
 * - `org_owner`: an owner of the org named by X-Org-Id.
 * - `roles`: a role on a platform in the active org; `"all"` reaches every item, `"own"` the caller's own items only.
 * - `any_member`: any member of the active org, whatever the role.
 * - `signed`: an outside service that signs what it sends (Standard Webhooks, or the body alone); no session. With `tenant` "path" the path
 *   names the org whose secret it signed with, as `{org_id}`; with "none" the secret is the deployment's own. Such a
 *   route answers 204 without a body, and carries each message out once.
 */
export type Policy =
  | { readonly kind: "public" }
  | { readonly kind: "signed_in" }
  | { readonly kind: "org_owner" }
  | { readonly kind: "any_member" }
  | SignedPolicy
  | { readonly kind: "roles"; readonly platform: string; readonly grants: Readonly<Record<string, "all" | "own">> };

/**
 * `headers` is how the service names its three headers: `webhook-id`, `-timestamp`, `-signature`, or `svix-id` and so on.
 * With "x-hub" it signs the body alone (`x-hub-signature-256`): without an id or a time, the same bytes are the same message.
 */
export interface SignedPolicy {
  readonly kind: "signed";
  readonly sender: string;
  readonly tenant: "path" | "none";
  readonly headers: "webhook" | "svix" | "x-hub";
}

export const anyone: Policy = { kind: "public" };
export const signedIn: Policy = { kind: "signed_in" };
export const orgOwner: Policy = { kind: "org_owner" };
export const anyMember: Policy = { kind: "any_member" };
export const roles = (platform: string, grants: Record<string, "all" | "own">): Policy => ({ kind: "roles", platform, grants });
export const signedBy = <const T extends SignedPolicy["tenant"]>(
  sender: string,
  tenant: T,
  headers: SignedPolicy["headers"] = "webhook",
): SignedPolicy & { readonly tenant: T } => ({ kind: "signed", sender, tenant, headers });

type Shape = z.ZodObject;

export interface Route {
  readonly method: Method;
  /** `/soundcloud/submissions/{submission_id}/approve`: kebab-case nouns, snake_case parameters. */
  readonly path: `/${string}`;
  /** One line, imperative: the operation's title in the API reference. */
  readonly summary: string;
  readonly description?: string;
  readonly policy: Policy;
  readonly params?: Shape;
  readonly query?: Shape;
  readonly body?: z.ZodType;
  /** The success reply, JSON unless it is plain. `null` body: 204. `location` is filled from the body: `/soundcloud/imports/{id}`. */
  readonly reply: {
    readonly status: 200 | 201 | 202 | 204;
    readonly body: z.ZodType | null;
    readonly location?: string;
    /** The body is a text and sent as it is. */
    readonly plain?: true;
  };
  /** A list: `limit` and `cursor` are read, `{ items, next_cursor }` is sent; `reply.body` is the item. */
  readonly list?: true;
  /** A POST that creates or moves value needs an Idempotency-Key. */
  readonly idempotent?: true;
  /** The write needs If-Match with the item's version; the version arrives as `request.version`. */
  readonly if_match?: true;
  /** Problem codes of the domain that this route can answer, beside the general ones; each with its status and meaning. */
  readonly errors?: Readonly<Record<string, { readonly status: number; readonly when: string }>>;
  /** At most this many calls in a window per caller (`by: "ip"`) or per org, kept in the table; 429 beyond. */
  readonly rate_limit?: { readonly by: "ip" | "org" | "actor"; readonly max: number; readonly per_seconds: number };
  readonly example?: { readonly body?: unknown; readonly reply?: unknown };
  /** Bytes of body accepted; 256 KiB unless told. */
  readonly max_body?: number;
}

/** Keeps each route's own type, so that binding knows its params, query and body. */
export const route = <const R extends Route>(r: R): R => r;

export interface Resource<R extends Readonly<Record<string, Route>> = Readonly<Record<string, Route>>> {
  readonly platform: string;
  /** The Lambda's name: `submissions` for `functions/soundcloud/submissions.api.ts`. */
  readonly name: string;
  /** One paragraph for the API reference. */
  readonly about: string;
  readonly routes: R;
}

export const resource = <const R extends Readonly<Record<string, Route>>>(platform: string, name: string, about: string, routes: R): Resource<R> => ({
  platform,
  name,
  about,
  routes,
});

type Parsed<S> = S extends z.ZodType ? z.output<S> : Record<never, never>;

/** What a bound use case gets of a request, every part checked against the declaration. */
export interface RequestOf<R extends Route> {
  readonly params: Parsed<R["params"]>;
  readonly query: Parsed<R["query"]>;
  readonly body: R["body"] extends z.ZodType ? z.output<R["body"]> : undefined;
  /** The version that If-Match names; present where the route declares `if_match`. */
  readonly version: R["if_match"] extends true ? number : undefined;
  /** Where the page begins and how long it is; present on lists. */
  readonly page: R["list"] extends true ? PageRequest : undefined;
  /** The message's id, the same on each delivery, and when it was sent; present on signed routes. */
  readonly message: R["policy"] extends SignedPolicy ? Message : undefined;
}

/** What the signed headers of a webhook say. */
export interface Message {
  readonly id: string;
  /** RFC 3339 UTC. */
  readonly sent_at: string;
}

/** A position is what a query stopped at; only the HTTP layer seals it into a cursor, bound to tenant, route and filter. */
export interface PageRequest {
  readonly limit: number;
  readonly position?: unknown;
}

/** What a list use case returns. */
export interface PageOf<T> {
  readonly items: T[];
  readonly position?: unknown;
}
