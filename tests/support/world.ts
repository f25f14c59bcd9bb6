import type { SQSEvent } from "aws-lambda";
import type { Contract, DataOf, Envelope } from "../../events/envelope.ts";
import { API_KEY_PREFIX } from "../../shared/identity/api-key/api-key-prefix.ts";
import { ApiKey } from "../../shared/identity/api-key/api-key.ts";
import { authenticate } from "../../shared/identity/authenticate.ts";
import { Membership, type OrgRole } from "../../shared/identity/membership/membership.ts";
import { Org } from "../../shared/identity/org/org.ts";
import { type PlatformId, type PlatformRoles, platformRoles } from "../../shared/identity/platform-roles.ts";
import { Session } from "../../shared/identity/session/session.ts";
import { issueTokens } from "../../shared/identity/session/tokens.ts";
import { identity } from "../../shared/identity/table.ts";
import { User } from "../../shared/identity/user/user.ts";
import type { Ids, OrgCtx } from "../../shared/kernel/context.ts";
import { localKey } from "../../shared/kernel/crypto/local-key.ts";
import { newToken, sha256 } from "../../shared/kernel/crypto/tokens.ts";
import { type MasterKey, type Vault, vaultOver } from "../../shared/kernel/crypto/vault.ts";
import type { Api } from "../../shared/kernel/http/api.ts";
import type { Authenticator } from "../../shared/kernel/http/authenticator.ts";
import type { Job } from "../../shared/kernel/job.ts";
import { type Commands, type Outgoing, type SendBatch, commandsOver } from "../../shared/kernel/queue/commands.ts";
import type { Worker } from "../../shared/kernel/queue/worker.ts";
import type { ScheduleEvent } from "../../shared/kernel/schedule/schedule.ts";
import type { Database, Use } from "../../shared/kernel/table/database.ts";
import { every } from "../../shared/kernel/table/every.ts";
import type { Table } from "../../shared/kernel/table/table.ts";
import type { soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { type ApiClient, apiClient } from "./api-client.ts";
import { type TestClock, type TestDatabaseOptions, makeTable, testClock, testCtx, testDatabase, testIds, testLog } from "./dynamo.ts";
import type { CrashGate } from "./faults/crash.ts";
import { serveRecorded } from "./recorder/served.ts";

/** A platform as a test needs it. */
export interface TestPlatform<Id extends PlatformId = PlatformId> {
  readonly id: Id;
  readonly table: Pick<Table, "id" | "gsis">;
  readonly system: Pick<typeof soundcloudSystem, "Outbox">;
  /** Gives a new org what the platform's own job gives it. */
  readonly provision: (ctx: OrgCtx) => Promise<void>;
}

/** Milliseconds that a delivery has left: always the same, or as a test's own clock says. */
type Remaining = number | (() => number);

/** Somebody who is signed in. */
export interface Person {
  readonly user_id: string;
  readonly email: string;
  readonly token: string;
  /** Calls as this person, in their org. */
  readonly api: ApiClient;
  /** For calling use cases as this person. */
  readonly ctx: OrgCtx;
}

export interface WorldOptions {
  readonly apis?: readonly Api[];
  /** Beside `commands` and `vault`, which are there. */
  readonly ports?: Readonly<Record<string, unknown>>;
  /** Changes of the first org's settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly start?: string;
  /** Instead of identity's own, to see what a fault in it would do. */
  readonly authenticate?: Authenticator;
  /** Told of every body that comes to a queue: of commands as they are sent, of events as a worker's queue takes them. */
  readonly queued?: (body: string) => void;
  /** The tables have streams, which cost every write. */
  readonly streams?: boolean;
  /** A gate below the database layer. */
  readonly wrap?: TestDatabaseOptions["wrap"];
  /** A gate below the database layer, the queues' sender and the master key. */
  readonly gate?: CrashGate;
  /** Time, ids and storage of a simulation in the place of the engine's. */
  readonly host?: { readonly clock: TestClock; readonly ids: Ids; readonly db: Database };
}

/** The role of the same power on another platform: all platforms rank theirs. */
export const sameRank = (from: PlatformId, role: string, to: PlatformId): string =>
  platformRoles[to][(platformRoles[from] as readonly string[]).indexOf(role)]!;

/** The key that a world's vault is opened with. */
export const masterKey = (gate?: CrashGate): MasterKey => {
  const key = localKey("test", new Uint8Array(32).fill(7));
  return gate ? { ...key, newDataKey: gate.around(key.newDataKey), unwrap: gate.around(key.unwrap) } : key;
};

const LONG_AGO_ENOUGH = "2099-01-01T00:00:00.000Z";

export interface TestOrgCtx extends OrgCtx {
  readonly commands: Commands;
  readonly vault: Vault;
}

/**
 * Some platforms and identity on fresh tables: real handlers, workers and use cases. The clock stands still; what is sent
 * to queues is kept in `sent`, what is emitted in the outbox. `org` makes an org in which each platform is enabled.
 */
export const worldOf = async <Id extends PlatformId>(
  platforms: readonly TestPlatform<Id>[],
  {
    apis = [],
    ports: given = {},
    start,
    queued,
    streams = false,
    gate,
    wrap = gate?.wrap,
    host,
    authenticate: judged = authenticate,
  }: Omit<WorldOptions, "settings"> = {},
) => {
  const clock = host?.clock ?? testClock(start);
  const ids = host?.ids ?? testIds(clock);
  const log = testLog();
  const made = await Promise.all(
    [identity, ...platforms.map(({ table }) => table)].map(
      async (table) => [table.id, host ? host.db.physical(table.id) : await makeTable(table, { stream: streams })] as const,
    ),
  );
  const physical = Object.fromEntries(made) as Readonly<Record<Id | "identity", string>>;
  const uses: Use[] = [];
  const db = host?.db ?? testDatabase({ tables: physical, meter: (use) => void uses.push(use), ...(wrap ? { wrap } : {}) });
  const sent: Outgoing[] = [];
  const keep: SendBatch = async (_type, group) => {
    sent.push(...group.map(({ value }) => value));
    for (const { value } of group) queued?.(value.body);
    return [];
  };
  const commands = commandsOver(gate ? gate.around(keep) : keep);
  const key = masterKey(gate);
  const vault: Vault = vaultOver(key);
  const ports = { commands, vault, ...given };
  const env = (name: string): string => {
    throw new Error(`${name} is not needed in this test. Give the port that wants it.`);
  };
  const boot = { db, clock, ids, log, env };
  const clientOn = (own: Database): ApiClient => apiClient(apis, { ...boot, db: own, authenticate: judged, cursorKey: "cursor key of the tests", ports });
  const client = clientOn(db);
  const invocation = (remaining_ms: Remaining) => ({ getRemainingTimeInMillis: typeof remaining_ms === "number" ? () => remaining_ms : remaining_ms });

  /** Hands bodies to a worker as one batch; returns how many it reported as failed. */
  const deliver = async (worker: Worker, bodies: readonly string[], { remaining_ms = 300_000 }: { remaining_ms?: Remaining } = {}): Promise<number> => {
    const Records = bodies.map((body, at) => ({ messageId: String(at), body, attributes: { ApproximateReceiveCount: "1" } }));
    // A vault remembers keys, which a new process does not.
    const process = { ...boot, ports: { ...ports, vault: vaultOver(key) } };
    const { batchItemFailures } = await serveRecorded(worker, process)({ Records } as unknown as SQSEvent, invocation(remaining_ms));
    return batchItemFailures.length;
  };
  const outboxRows = async () => {
    const ctx = testCtx({ db, clock, ids, log });
    const lists = platforms.map(({ system }) => Array.fromAsync(every((page) => system.Outbox.query.undelivered(ctx, {}, page))));
    return (await Promise.all(lists)).flat();
  };
  const handedOver = new Map<string, Set<string>>();
  /** What the outbox holds for a worker and was not handed to it yet, as the bus brings it to the worker's queue. */
  const heard = async ({ on, service }: Worker): Promise<string[]> => {
    const types = new Set(on.map(({ event }) => event.type));
    if (types.size === 0) return [];
    const rows = await outboxRows();
    const known = handedOver.get(service) ?? new Set();
    handedOver.set(service, known);
    const fresh = rows.filter(({ id, type }) => types.has(type) && !known.has(id));
    for (const { id } of fresh) known.add(id);
    const bodies = fresh.map(({ id, type, org_id, at, data }) =>
      JSON.stringify({ "detail-type": type, detail: { id, type, org_id, at, data: JSON.parse(data) as unknown } }),
    );
    for (const body of bodies) queued?.(body);
    return bodies;
  };
  const ordered = ({ command }: Worker): string[] => {
    const waiting = sent.filter(({ envelope }) => envelope.type === command.type);
    for (const one of waiting) sent.splice(sent.indexOf(one), 1);
    return waiting.map(({ body }) => body);
  };
  /**
   * Takes what waits for a worker, commands out of `sent` and the events that it subscribes to, and delivers it, again and
   * again until nothing waits; throws if a record fails.
   */
  const drain = async (worker: Worker, options: { remaining_ms?: Remaining } = {}): Promise<number> => {
    for (let done = 0; ;) {
      const bodies = [...(await heard(worker)), ...ordered(worker)];
      if (bodies.length === 0) return done;
      const failed = await deliver(worker, bodies, options);
      if (failed > 0) throw new Error(`${failed} of ${bodies.length} failed: ${JSON.stringify(log.lines.at(-1), errorText)}`);
      done += bodies.length;
    }
  };
  /** What waits for a worker is lost, as if a queue had been purged. */
  const purge = async (worker: Worker): Promise<void> => void [await heard(worker), ordered(worker)];
  const tick = (job: Job<ScheduleEvent, void>, scheduled_at: string): Promise<void> =>
    serveRecorded(job, { ...boot, ports })({ scheduled_at }, invocation(60_000));

  const org = async () => {
    const org_id = ids.uuid();
    const ctx: TestOrgCtx = { ...testCtx({ db, clock, ids, log, org_id, actor: { kind: "service", name: "tests" } }), commands, vault };
    const admins = Object.fromEntries(platforms.map(({ id }) => [id, 1]));
    await Org.create(ctx, { id: org_id, name: "Night Shift Records", platforms: platforms.map(({ id }) => id), owners: 1, members: 1, admins });
    for (const { provision } of platforms) await provision(ctx);

    /** Somebody with these roles in the org, with a verified address. */
    const person = async (
      email: string,
      roles: PlatformRoles,
      { org_role = "member", verified = true, grant = "all" }: { org_role?: OrgRole; verified?: boolean; grant?: OrgCtx["grant"] } = {},
    ): Promise<Person> => {
      const user = await User.create(ctx, {
        email,
        full_name: email.split("@")[0]!,
        personal_org_id: ids.uuid(),
        ...(verified ? { email_verified_at: clock.now().toISOString() } : {}),
      });
      const session_id = ids.uuid();
      const { tokens, stored } = issueTokens(ctx, user.id, session_id);
      await Session.create(ctx, { ...stored, access_expires_at: LONG_AGO_ENOUGH, user_id: user.id, id: session_id, user_agent: "tests", ip: "192.0.2.1" });
      await Membership.create(ctx, { org_id, user_id: user.id, org_role, roles });
      return {
        user_id: user.id,
        email,
        token: tokens.access_token,
        api: client.as({ token: tokens.access_token, org: org_id }),
        ctx: { ...ctx, grant, actor: { kind: "user", user_id: user.id, session_id, roles, org_role } },
      };
    };
    /** The token of an API key of the org that has these roles. */
    const keyWith = async (roles: PlatformRoles): Promise<string> => {
      const id = ids.uuid();
      const secret = newToken(ids, API_KEY_PREFIX, org_id, id);
      await ApiKey.create(ctx, { org_id, id, name: "machine", roles, secret_hash: sha256(secret), last_four: secret.slice(-4), created_by: ids.uuid() });
      return secret;
    };
    /** Calls with an API key of the org that has these roles. */
    const apiKey = async (roles: PlatformRoles): Promise<ApiClient> => client.as({ token: await keyWith(roles), org: org_id });
    /** What the org has emitted and nothing has taken away yet, oldest first. */
    const events = async (): Promise<Envelope[]> =>
      (await outboxRows())
        .filter((row) => row.org_id === org_id)
        .map(({ id, type, at, data }) => ({ id, type, org_id, at, data: JSON.parse(data) as unknown }));
    /** A message of this org as a queue holds it. */
    const message = <C extends Contract<"command">>(contract: C, data: DataOf<C>, id = ids.uuid()): string =>
      JSON.stringify({ id, type: contract.type, org_id, at: clock.now().toISOString(), data });

    return { org_id, ctx, person, keyWith, apiKey, events, message };
  };

  return { org, client, clientOn, clock, ids, log, db, physical, uses, sent, ports, boot, deliver, drain, purge, tick };
};
const errorText = (_key: string, value: unknown): unknown => (value instanceof Error ? `${value.name}: ${value.message}` : value);
