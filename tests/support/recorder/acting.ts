import { AsyncLocalStorage } from "node:async_hooks";
import { idsInToken, sha256 } from "../../../shared/kernel/crypto/tokens.ts";

/** Which function runs, and whom it runs for. */
export interface Acting {
  /** `soundcloud.members` for an API; for a job the name it acts under. */
  readonly service: string;
  /** The orgs that were named by whoever started it; undefined is a job that serves every org in turn. */
  readonly orgs: ReadonlySet<string> | undefined;
  /** Ids, addresses and digests of tokens by which a person is known. */
  readonly persons: ReadonlySet<string>;
}

const storage = new AsyncLocalStorage<Acting>();
/** Undefined while the test itself acts: to set up, or to look. */
export const acting = (): Acting | undefined => storage.getStore();
export const actAs = <T>(who: Acting, work: () => T): T => storage.run(who, work);

interface HttpEvent {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly pathParameters?: Readonly<Record<string, string | undefined>>;
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
}

const BEARER = "Bearer ";
const NAMES_A_PERSON = ["email", "token", "refresh_token", "user_id"];

/** A signed message, or the challenge before the first one, names its org in the path, or in the tag that its mail was sent with. */
const orgsOfMessage = ({ headers, pathParameters, queryStringParameters, body }: HttpEvent): (string | undefined)[] => {
  const isSigned = Object.keys(headers).some((name) => /^(?:(?:webhook|svix)-|x-hub-signature)/.test(name));
  if (!isSigned && queryStringParameters?.["hub.verify_token"] === undefined) return [];
  const { tags } = Object(fieldsOf(body)["data"]) as { readonly tags?: Readonly<Record<string, string>> };
  return [pathParameters?.["org_id"], tags?.["org_id"]];
};

/** What a request says of itself: its org by header, API key or signed message; its person by session, or by address or token in the body. */
export const actingOn = (service: string, event: HttpEvent): Acting => {
  const { headers, body } = event;
  const bearer = headers["authorization"]?.slice(BEARER.length) ?? "";
  const key = idsInToken("gsk_", 2, bearer);
  const given = Object.entries(fieldsOf(body)).flatMap(([name, value]) => (NAMES_A_PERSON.includes(name) && typeof value === "string" ? [value] : []));
  return {
    service,
    orgs: new Set([headers["x-org-id"], key?.[0], ...orgsOfMessage(event)].filter((org) => org !== undefined)),
    persons: new Set([bearer, ...given].filter((text) => text !== "").flatMap(personsIn)),
  };
};

/** A token stands for the person whose id it carries, and for what is stored under its digest. */
const personsIn = (text: string): string[] => {
  if (text.startsWith("gst_")) return [sha256(text)];
  const person = idsInToken("gsa_", 2, text) ?? idsInToken("gsr_", 2, text);
  return person ? [person[0]!] : [text, text.trim().toLowerCase()];
};

const fieldsOf = (body: string | undefined): Readonly<Record<string, unknown>> => {
  try {
    return Object(JSON.parse(body ?? "{}")) as Record<string, unknown>;
  } catch {
    return {};
  }
};
