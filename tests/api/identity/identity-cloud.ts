import { randomBytes } from "node:crypto";
import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import type { SQSEvent } from "aws-lambda";
import type { Envelope } from "../../../events/envelope.ts";
import { apiKeysApi } from "../../../functions/identity/api-keys.api.ts";
import { authApi } from "../../../functions/identity/auth.api.ts";
import { invitationsApi } from "../../../functions/identity/invitations.api.ts";
import { membershipsApi } from "../../../functions/identity/memberships.api.ts";
import { orgsApi } from "../../../functions/identity/orgs.api.ts";
import { rolesApi } from "../../../functions/identity/roles.api.ts";
import { sendMailWorker } from "../../../functions/identity/send-mail.worker.ts";
import { sessionsApi } from "../../../functions/identity/sessions.api.ts";
import { usersApi } from "../../../functions/identity/users.api.ts";
import { authenticate } from "../../../shared/identity/authenticate.ts";
import type { Mail, Mailer } from "../../../shared/identity/mail/mailer.ts";
import type { Passwords } from "../../../shared/identity/session/passwords.ts";
import { Outbox, identity } from "../../../shared/identity/table.ts";
import { sha256 } from "../../../shared/kernel/crypto/tokens.ts";
import { localKey } from "../../../shared/kernel/crypto/local-key.ts";
import { vaultOver } from "../../../shared/kernel/crypto/vault.ts";
import { type Outcome, ok } from "../../../shared/kernel/outcome.ts";
import { commandsOver } from "../../../shared/kernel/queue/commands.ts";
import type { Use } from "../../../shared/kernel/table/database.ts";
import { every } from "../../../shared/kernel/table/every.ts";
import { type ApiClient, apiClient } from "../../support/api-client.ts";
import type { CrashGate } from "../../support/faults/crash.ts";
import { serveRecorded } from "../../support/recorder/served.ts";
import { type TestDatabaseOptions, dynamoClient, makeTable, testClock, testCtx, testDatabase, testIds, testLog } from "../../support/dynamo.ts";

export const PASSWORD = "correct horse battery";

/** A person who has signed up, verified and signed in. */
export interface Someone {
  readonly email: string;
  readonly user_id: string;
  readonly org_id: string;
  readonly session_id: string;
  readonly access_token: string;
  readonly refresh_token: string;
  /** Calls as this person, in their personal org. */
  readonly api: ApiClient;
}

/** Spares the tests that are not about passwords the 35 ms that each real hash takes. */
const quickPasswords: Passwords = {
  hash: async (password) => `quick ${sha256(password)}`,
  verify: async (password, stored) => stored === `quick ${sha256(password)}`,
  needsRehash: () => false,
};

interface CloudOptions {
  readonly passwords?: Passwords;
  /** What mails go out by besides; alone, they end in the list. */
  readonly mailer?: Mailer;
  /** A gate below the database layer, the mail service and the master key. */
  readonly gate?: CrashGate;
  /** A gate below the database layer only. */
  readonly wrap?: TestDatabaseOptions["wrap"];
}

/**
 * The identity platform on a fresh table: real handlers, worker and outbox; in between, queue, bus and mail service
 * are lists. `deliver` carries everything that waits to where it goes.
 */
export const identityCloud = async ({ passwords: made = quickPasswords, mailer: service, gate, wrap = gate?.wrap }: CloudOptions = {}) => {
  const clock = testClock();
  const ids = testIds(clock);
  const log = testLog();
  const physical = await makeTable(identity);
  const uses: Use[] = [];
  const db = testDatabase({ tables: { identity: physical }, meter: (use) => void uses.push(use), ...(wrap ? { wrap } : {}) });
  const ctx = testCtx({ clock, ids, log, db });

  const queue: string[] = [];
  const events: Envelope[] = [];
  const mails: (Mail & { key: string })[] = [];
  const hashes = { count: 0 };
  const mailService: { answer: () => Outcome<unknown> } = { answer: () => ok({}) };

  const counted =
    <A extends unknown[], R>(work: (...args: A) => R) =>
    (...args: A): R => {
      hashes.count += 1;
      return work(...args);
    };
  const passwords = { ...made, hash: counted(made.hash), verify: counted(made.verify) };
  const commands = commandsOver(async (_type, group) => {
    queue.push(...group.map(({ value }) => value.body));
    return [];
  });
  const outside: CrashGate["around"] = gate ? gate.around : (call) => call;
  const mailer = {
    send: outside(async (mail: Mail, key: string): Promise<Outcome<unknown>> => {
      const outcome = service ? await service.send(mail, key) : mailService.answer();
      if (outcome.kind === "ok" && !mails.some((sent) => sent.key === key)) mails.push({ ...mail, key });
      return outcome;
    }),
  };
  const env = (name: string): string => {
    throw new Error(`${name} is not needed in this test.`);
  };
  const boot = { db, clock, ids, log, env };
  const letterhead = { from: "Groundswell <no-reply@groundswell.test>", public_url: "https://app.groundswell.test" };
  const key = localKey("test", randomBytes(32));
  const master = gate ? { ...key, newDataKey: gate.around(key.newDataKey), unwrap: gate.around(key.unwrap) } : key;
  const vault = vaultOver(master);
  const client = apiClient([authApi, usersApi, sessionsApi, orgsApi, membershipsApi, invitationsApi, apiKeysApi, rolesApi], {
    ...boot,
    authenticate,
    cursorKey: "cursor key of the tests",
    ports: { commands, passwords, vault },
  });

  /** Hands bodies to the mail worker as one batch; returns how many it reported as failed. */
  const handOver = async (bodies: readonly string[]): Promise<number> => {
    const Records = bodies.map((body, at) => ({ messageId: String(at), body, attributes: { ApproximateReceiveCount: "1" } }));
    // A vault remembers keys, which a new process does not.
    const work = serveRecorded(sendMailWorker, { ...boot, ports: { mailer, letterhead, vault: vaultOver(master) } });
    const { batchItemFailures } = await work({ Records } as unknown as SQSEvent, { getRemainingTimeInMillis: () => 60_000 });
    return batchItemFailures.length;
  };
  const subscribed = new Set(sendMailWorker.on.map(({ event }) => event.type));
  const deliver = async (): Promise<number> => {
    for await (const { id, type, org_id, at, data } of every((page) => Outbox.query.undelivered(ctx, {}, page))) {
      const detail: Envelope = { id, type, org_id, at, data: JSON.parse(data) as unknown };
      events.push(detail);
      if (subscribed.has(type)) queue.push(JSON.stringify({ "detail-type": type, detail }));
      await Outbox.delete(ctx, { org_id, id });
    }
    return handOver(queue.splice(0));
  };

  const mailTo = (email: string): Mail & { key: string } => {
    const found = mails.findLast((mail) => mail.to === email);
    if (!found) throw new Error(`No mail went to ${email}.`);
    return found;
  };
  const tokenTo = (email: string): string => /gst_[\w-]+/.exec(mailTo(email).text)![0];

  // Each person has an address of their own on the net, so that limits per IP are met only where a test is about them.
  const ipOf = (email: string): string => `2001:db8::${Buffer.from(email).toString("hex").slice(0, 24)}`;
  const signUp = async (email: string, more: object = {}): Promise<void> => {
    const reply = await client.post("/identity/auth/sign-up", { email, password: PASSWORD, ...more }, { ip: ipOf(email) });
    if (reply.status !== 202) throw new Error(JSON.stringify(reply.body));
    await deliver();
  };
  const signIn = async (email: string, password = PASSWORD): Promise<Omit<Someone, "org_id">> => {
    const { status, body } = await client.post("/identity/auth/sign-in", { email, password }, { ip: ipOf(email) });
    if (status !== 200) throw new Error(JSON.stringify(body));
    const { user_id, session_id, access_token, refresh_token } = body;
    return { email, user_id, session_id, access_token, refresh_token, api: client.as({ token: access_token, ip: ipOf(email) }) };
  };
  const someone = async (email: string, more: object = {}): Promise<Someone> => {
    await signUp(email, more);
    await client.post("/identity/auth/verify-email", { token: tokenTo(email) }, { ip: ipOf(email) });
    const person = await signIn(email);
    const { body } = await person.api.get("/identity/users/me");
    return { ...person, org_id: body.personal_org_id, api: person.api.as({ org: body.personal_org_id }) };
  };
  /** Somebody new in `org_id`, invited by its owner; calls go to that org. */
  const colleague = async (owner: Someone, email: string, standing: object = {}, org_id = owner.org_id): Promise<Someone> => {
    const person = await someone(email);
    const invited = await owner.api.post("/identity/invitations", { email, ...standing }, { org: org_id });
    if (invited.status !== 201) throw new Error(JSON.stringify(invited.body));
    await deliver();
    const joined = await person.api.post("/identity/invitations/accept", { token: tokenTo(email) });
    if (joined.status !== 201) throw new Error(JSON.stringify(joined.body));
    return { ...person, api: person.api.as({ org: org_id }) };
  };

  return {
    client,
    clock,
    ctx,
    db,
    log,
    physical,
    queue,
    events,
    mails,
    vault,
    mailService,
    hashes,
    uses,
    deliver,
    handOver,
    mailTo,
    tokenTo,
    signUp,
    signIn,
    someone,
    colleague,
  };
};
export type IdentityCloud = Awaited<ReturnType<typeof identityCloud>>;

/** Everything that is stored, for looking for what must not be there. */
export const dump = async ({ physical }: IdentityCloud): Promise<string> => {
  const pages = paginateScan({ client: new DynamoDBClient(dynamoClient()) }, { TableName: physical });
  return JSON.stringify(await Array.fromAsync(pages, ({ Items }) => Items));
};
