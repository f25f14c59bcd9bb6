import { AsyncLocalStorage } from "node:async_hooks";
import { idsInToken, sha256 } from "../../../shared/kernel/crypto/tokens.ts";

/** How a function comes by an org that nobody named: a list of every org, a record of the acting person's, or it makes one. */
export type Way = "list" | "person" | "new";

/** Which function runs, and whom it runs for. */
export interface Acting {
  /** `soundcloud.members` for an API; for a job the name it acts under. */
  readonly service: string;
  /** The orgs that were named by whoever started it, or by the message that is worked on. */
  readonly orgs: ReadonlySet<string>;
  /** Ids, addresses and digests of tokens by which a person is known: given, or read from a record of that person's. */
  readonly persons: Set<string>;
  /** The orgs that it has come by since. */
  readonly reached: Map<string, Way>;
  /** Started by a schedule: its orgs are those that the lists name which it reads. */
  readonly goesThroughLists: boolean;
}

const storage = new AsyncLocalStorage<Acting>();
/** Undefined while the test itself acts: to set up, or to look. */
export const acting = (): Acting | undefined => storage.getStore();
export const actAs = <T>(who: Acting, work: () => T): T => storage.run(who, work);
/** From here on, and in what follows from it: a worker that has taken up one of its messages. */
export const goOnAs = (who: Acting): void => storage.enterWith(who);

type Given = Pick<Acting, "service"> & {
  readonly orgs?: readonly (string | undefined)[];
  readonly persons?: readonly string[];
  readonly goesThroughLists?: boolean;
};
export const actingFor = ({ service, orgs = [], persons = [], goesThroughLists = false }: Given): Acting => ({
  service,
  // An empty text names nobody: with it among them, a call without a key would be one for the org.
  orgs: new Set(orgs.flatMap((org) => org || [])),
  persons: new Set(persons.filter((person) => person !== "")),
  reached: new Map(),
  goesThroughLists,
});

/** The org that a key begins with. */
export const orgOfKey = (key: string): string | undefined => /^([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})(?:#|$)/.exec(key)?.[1];
/** The org of an item, in DynamoDB's notation: some leave out what their keys spell out. */
export const orgOfItem = (item: Readonly<Record<string, { readonly S?: string }>> | undefined): string | undefined =>
  item?.["org_id"]?.S ?? orgOfKey(item?.["pk"]?.S ?? "");

interface HttpEvent {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly pathParameters?: Readonly<Record<string, string | undefined>>;
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  /** Also of JSON that came as bytes. */
  readonly isBase64Encoded?: boolean;
}

const BEARER = "Bearer ";
const NAMES_A_PERSON = ["email", "token", "refresh_token", "user_id"];

/** A signed message, or the challenge before the first one, names its org in the path, or in the tag that its mail was sent with. */
const orgsOfMessage = ({ headers, pathParameters, queryStringParameters }: HttpEvent, fields: Fields): (string | undefined)[] => {
  const isSigned = Object.keys(headers).some((name) => /^(?:(?:webhook|svix)-|x-hub-signature)/.test(name));
  if (!isSigned && queryStringParameters?.["hub.verify_token"] === undefined) return [];
  const { tags } = Object(fields["data"]) as { readonly tags?: Readonly<Record<string, string>> };
  return [pathParameters?.["org_id"], tags?.["org_id"]];
};

/** What a request says of itself: its org by header, API key or signed message; its person by session, or by address or token in the body. */
export const actingOn = (service: string, event: HttpEvent): Acting => {
  const { headers, body = "" } = event;
  const fields = fieldsOf(event.isBase64Encoded ? Buffer.from(body, "base64").toString() : body);
  const bearer = headers["authorization"]?.slice(BEARER.length) ?? "";
  const key = idsInToken("gsk_", 2, bearer);
  const given = Object.entries(fields).flatMap(([name, value]) => (NAMES_A_PERSON.includes(name) && typeof value === "string" ? [value] : []));
  return actingFor({
    service,
    orgs: [headers["x-org-id"], key?.[0], ...orgsOfMessage(event, fields)],
    persons: [bearer, ...given].filter((text) => text !== "").flatMap(personsIn),
  });
};

/** A token stands for the person whose id it carries; that of a mail for what is stored under its own id, or its digest. */
const personsIn = (text: string): string[] => {
  if (text.startsWith("gst_")) return [sha256(text), ...(idsInToken("gst_", 1, text) ?? [])];
  const person = idsInToken("gsa_", 2, text) ?? idsInToken("gsr_", 2, text);
  return person ? [person[0]!] : [text, text.trim().toLowerCase()];
};

/** A message's envelope names its org, and its data those whom it is about; what is made of it is known by its id. */
export const actingOnMessage = (service: string, body: string): Acting => {
  const message = fieldsOf(body);
  const envelope = Object(message["detail"] ?? message) as Fields;
  const named = JSON.stringify(envelope).matchAll(/"(?:user_id|email)":"([^"]+)"/g);
  const { org_id, id } = envelope;
  return actingFor({
    service,
    orgs: typeof org_id === "string" ? [org_id] : [],
    persons: [...[...named].map(([, person]) => person!), ...(typeof id === "string" ? [id] : [])],
  });
};

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (body: string): Fields => {
  try {
    return Object(JSON.parse(body)) as Fields;
  } catch {
    return {};
  }
};
