import { expect, it } from "vitest";
import { figures } from "../support/figures.ts";
import { loadTables } from "../support/matrix/operations.ts";
import { type Recorded, isWholeSuite, readRecords } from "../support/recorder/records.ts";

const { calls, by_tests, files } = readRecords();
const tables = await loadTables();
const ofPlatforms = calls.filter(({ service }) => tables.some(({ id }) => service.startsWith(`${id}.`)));

/** A declared key as the records show it: each field is something without a `#`. */
const patternOf = (source: string): RegExp => new RegExp(`^${source.replaceAll(/\{[^}]*\}/g, "[^#]*")}$`);

interface Kind {
  readonly name: string;
  readonly pattern: RegExp;
}
/** Each platform's settings are found by the same index under the entity's own name. */
const commonName = (name: string): string => name.replace(/^\w+Settings\.allOrgs$/, "Settings.allOrgs");
/** The partition keys that the tables declare as beginning with no tenant: `Session`, `Membership.byUser`. */
const declared: Kind[] = tables.flatMap(({ globals, entities }) =>
  [...entities.values()].flatMap(({ name, model }) =>
    [{ name, source: model.pk.source }, ...model.indexes.map((index) => ({ name: `${name}.${index.name}`, source: index.pk.source }))]
      .filter((kind) => (globals as readonly string[]).includes(kind.name) && !/^\{(?:id|tenant)\}#/.test(kind.source))
      .map((kind) => ({ name: commonName(kind.name), pattern: patternOf(kind.source) })),
  ),
);
const kinds: readonly Kind[] = [...declared, { name: "RateWindow", pattern: /^RATE#$/ }];

/** Kinds of keys that a function touches for more than its tenant, each with its reason; ten at most. */
const GLOBAL: Readonly<Record<string, string>> = {
  User: "Names of colleagues stand in an org's lists; a mail's token leads to its person.",
  Credential: "The caller's address, which is read from their own record and does not stand in the request.",
  OneTimeToken: "Found by the digest of what a mail brought, which only its reader has.",
  Session: "A new password ends the sessions of whom its token names.",
  "Membership.byUser": "An erased or invited person's memberships, found by what their token names.",
  "Invitation.byEmail": "The caller's address, as above.",
  RateWindow: "Counts callers by address on the net, before anybody is known.",
  "Outbox.undelivered": "The sweep takes what waits of every org.",
  "Settings.allOrgs": "Schedules go through every org.",
  JobRun: "The run of a schedule belongs to no org.",
};

/**
 * Orgs that a person reaches without naming one in X-Org-Id, because the person's own records or a token out of a mail
 * name them. That only these are reached is shown by tests/trust/isolation.test.ts and the tests of each route.
 */
const REACHES_THROUGH_THE_PERSON: Readonly<Record<string, string>> = {
  "identity.auth": "Sign-up makes the personal org; sign-in and a new password reach the person's mails.",
  "identity.invitations": "The token out of the invitation names its org.",
  "identity.orgs": "A new org; the orgs that the person's memberships name.",
  "identity.users": "Export and erasure go through the orgs that the person's memberships name.",
};
/** Items of the deployment itself, each touched by one function: by its name, the one form of key. */
const OF_THE_DEPLOYMENT: Readonly<Record<string, RegExp>> = {
  // The receipt of a message that is signed with the deployment's own secret lies under its sender: no org stands in its address.
  "soundcloud.mail": /^resend#I#/,
  // The app's token, which all functions that call SoundCloud share; the tests of the others give them a client that has one.
  "soundcloud.fetch-track-preview.v1": /^TOKEN#soundcloud$/,
  // How far a consumer has counted in a stream, which holds the changes of every org.
  "social.count-events": /^SC#social\.count-events#/,
};
const NAMES_AN_ORG = /^\{id\}#/;

const isOwn = ({ key }: Recorded): boolean => key === "{org}#" || key === "" || (key.includes("{person}") && !NAMES_AN_ORG.test(key));
const kindOf = ({ key }: Recorded): string | undefined => kinds.find(({ pattern }) => pattern.test(key))?.name;
const isPersonal = ({ service, key }: Recorded): boolean => service in REACHES_THROUGH_THE_PERSON && NAMES_AN_ORG.test(key);
const isDeployments = ({ service, key }: Recorded): boolean => OF_THE_DEPLOYMENT[service]?.test(key) ?? false;

it("every key begins with the acting tenant, but for those of named kinds", () => {
  const strays = ofPlatforms.filter((call) => !isOwn(call) && !isPersonal(call) && !isDeployments(call) && !((kindOf(call) ?? "") in GLOBAL));
  expect(
    strays.map(({ service, action, resource, key }) => `${service} does ${action} on ${resource} with the key ${key}`),
    "A key must begin with the acting org. One that serves everybody is named in `globals` of its table and, with its reason, in GLOBAL here.",
  ).toEqual([]);
});

it.skipIf(!isWholeSuite(files))("every named exception is met, and there are ten global kinds at most", () => {
  const met = new Set(ofPlatforms.filter((call) => !isOwn(call) && !isPersonal(call) && !isDeployments(call)).map(kindOf));
  expect(
    Object.keys(GLOBAL).filter((kind) => !met.has(kind)),
    "No call needs this kind any more: take it out of GLOBAL.",
  ).toEqual([]);
  const personal = new Set(ofPlatforms.filter(isPersonal).map(({ service }) => service));
  expect(Object.keys(REACHES_THROUGH_THE_PERSON).filter((service) => !personal.has(service))).toEqual([]);
  const deployments = new Set(ofPlatforms.filter(isDeployments).map(({ service }) => service));
  expect(Object.keys(OF_THE_DEPLOYMENT).filter((service) => !deployments.has(service))).toEqual([]);
  expect(Object.keys(GLOBAL).length).toBeLessThanOrEqual(10);
  const count = ofPlatforms.reduce((sum, call) => sum + call.count, 0);
  figures("S3", { keys: count, kinds_of_calls: ofPlatforms.length, calls_by_tests: by_tests, strays: 0, global_kinds: Object.keys(GLOBAL).length });
});
