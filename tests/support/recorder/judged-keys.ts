import { platforms } from "../../../infra/platforms.ts";
import type { Table } from "../../../shared/kernel/table/table.ts";
import { lambdaActingAs } from "./grants.ts";
import type { Recorded } from "./records.ts";

/** Kinds of keys that a function touches for more than its tenant, each with its reason. */
export const GLOBAL: Readonly<Record<string, string>> = {
  User: "Names of colleagues stand in an org's lists, and that of who invites in a mail.",
  RateWindow: "Counts callers by address on the net, before anybody is known.",
  JobRun: "The run of a schedule belongs to no org.",
  "Outbox.undelivered": "The sweep takes what waits of every org.",
  "SocialSettings.allOrgs": "Schedules go through every org.",
  "SoundcloudSettings.allOrgs": "Schedules go through every org.",
};

/** Kinds of identity's keys that begin with a person, each with its reason; a function touches those of the acting person. */
export const OF_THE_PERSON: Readonly<Record<string, string>> = {
  User: "Who the person is, in whatever org.",
  Credential: "The address that the person signs in by.",
  Session: "What each request of the person's is let in by.",
  UsedRefresh: "A refresh token of the person's that was used, so that a second use ends its session.",
  OneTimeToken: "The mail that brings the token names it by its digest, and who orders the mail by the order's id.",
  "Membership.byUser": "The orgs that the person belongs to.",
  "Invitation.byEmail": "What waits for the person's address, from any org.",
  Idempotency: "What was answered to the person where no org was named.",
};

/** Kinds of keys of the deployment's own items, each touched by one function. */
export const OF_THE_DEPLOYMENT: Readonly<Record<string, { readonly by: string; readonly key?: RegExp; readonly because: string }>> = {
  Idempotency: {
    by: "soundcloud.mail",
    key: /^resend#I#/,
    because: "The receipt of a message that is signed with the deployment's own secret lies under its sender: no org stands in its address.",
  },
  ProviderToken: {
    by: "soundcloud.fetch-track-preview",
    because: "The app's token, which all functions that call SoundCloud share; the tests of the others give them a client that has one.",
  },
  StreamCheckpoint: {
    by: "social.count-events",
    because: "How far a consumer has counted in a stream, which holds the changes of every org.",
  },
};

/** Functions that come by an org which nobody named in X-Org-Id, a message or a stream record, by the way that the recorder saw them take. */
export const REACHES = {
  person: {
    "identity.auth": "Sign-up for a known address tells its owner, by the personal org; a mail's token names its person.",
    "identity.invitations": "The token out of the invitation names its org.",
    "identity.orgs": "The orgs that the person's memberships name.",
    "identity.users": "Export and erasure go through the orgs that the person's memberships name.",
  },
  new: {
    "identity.auth": "Sign-up makes the personal org.",
    "identity.orgs": "Makes an org with the caller as its owner.",
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Functions that send a message about no org. */
export const ABOUT_NO_ORG: Readonly<Record<string, string>> = {
  "identity.auth": "A reset mail is ordered before anybody has looked whose address it is.",
};

const schedules = new Set(
  platforms.flatMap(({ platform }) =>
    Object.entries(platform.lambdas).flatMap(([name, { trigger }]) => (trigger === "schedule" ? [`${platform.id}.${name}`] : [])),
  ),
);

interface Kind {
  readonly name: string;
  readonly table: string;
  readonly pattern: RegExp;
}

/** A declared key as the records show it: each field is something without a `#`. */
const patternOf = (source: string): RegExp => new RegExp(`^${source.replaceAll(/\{[^}]*\}/g, "[^#]*")}$`);
/** The same whose first field is the acting person. */
const patternOfPerson = (source: string): RegExp => patternOf(source.replace(/\{[^}]*\}/, String.raw`\x7bperson\x7d`));

/** The partition keys that a table declares as beginning with no tenant: `Session`, `Membership.byUser`. */
const declaredBy = ({ globals, entities }: Table): { readonly name: string; readonly source: string }[] =>
  [...entities.values()]
    .flatMap(({ name, model }) => [
      { name, source: model.pk.source },
      ...model.indexes.map((index) => ({ name: `${name}.${index.name}`, source: index.pk.source })),
    ])
    .filter(({ name }) => (globals as readonly string[]).includes(name));

const kindsOf = (table: Table): Kind[] => [
  { name: "RateWindow", table: table.id, pattern: /^RATE#$/ },
  ...declaredBy(table)
    .filter(({ source }) => !/^\{(?:id|tenant)\}#/.test(source))
    .map(({ name, source }) => ({ name, table: table.id, pattern: patternOf(source) })),
  ...Object.entries(OF_THE_DEPLOYMENT).flatMap(([name, { by, key }]) =>
    key && by.startsWith(`${table.id}.`) ? [{ name, table: table.id, pattern: key }] : [],
  ),
];

const personalKindsOf = (table: Table): Kind[] =>
  declaredBy(table)
    .filter(({ name }) => table.id === "identity" && name in OF_THE_PERSON)
    .map(({ name, source }) => ({ name, table: table.id, pattern: patternOfPerson(source) }));

/** How a call's key is accounted for; the name is that of an exception above. */
export interface Verdict {
  readonly as: "own" | "own person" | "listed" | "global" | "deployment" | "person" | "new" | "no org" | "stray";
  readonly name: string;
}

const kindAmong = (kinds: readonly Kind[], { resource, key }: Recorded): string | undefined => {
  const [, table] = /^(?:table|index) (\w+)/.exec(resource) ?? [];
  return kinds.find((kind) => kind.table === table && kind.pattern.test(key))?.name;
};

/** Judges the calls of functions by what the tables declare and the exceptions above allow. */
export const judgeOf = (tables: readonly Table[]): ((call: Recorded) => Verdict) => {
  const kinds = tables.flatMap(kindsOf);
  const personal = tables.flatMap(personalKindsOf);
  return (call) => {
    const { key } = call;
    const lambda = lambdaActingAs(call.service);
    const stray: Verdict = { as: "stray", name: `${lambda} does ${call.action} on ${call.resource} with the key ${key}` };
    switch (key.split("#", 1)[0]) {
      case "{org}":
        return { as: "own", name: "" };
      case "{org by list}":
        return schedules.has(lambda) ? { as: "listed", name: lambda } : stray;
      case "{org by person}":
        return lambda in REACHES.person ? { as: "person", name: lambda } : stray;
      case "{org by new}":
        return lambda in REACHES.new ? { as: "new", name: lambda } : stray;
      case "{no org}":
        return lambda in ABOUT_NO_ORG ? { as: "no org", name: lambda } : stray;
      // A Scan names no key, nor does the list of a whole bucket.
      case "":
      case "{id}":
        return stray;
    }
    const personally = kindAmong(personal, call);
    if (personally !== undefined) return { as: "own person", name: personally };
    if (key.includes("{person}")) return stray;
    const kind = kindAmong(kinds, call);
    if (kind === undefined) return stray;
    if (kind in GLOBAL) return { as: "global", name: kind };
    return OF_THE_DEPLOYMENT[kind]?.by === lambda ? { as: "deployment", name: kind } : stray;
  };
};
