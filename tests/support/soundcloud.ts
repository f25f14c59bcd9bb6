import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import type { SQSEvent } from "aws-lambda";
import type { Contract, DataOf, Envelope } from "../../events/envelope.ts";
import { API_KEY_PREFIX } from "../../shared/identity/api-key/api-key-prefix.ts";
import { ApiKey } from "../../shared/identity/api-key/api-key.ts";
import { authenticate } from "../../shared/identity/authenticate.ts";
import { Membership, type OrgRole } from "../../shared/identity/membership/membership.ts";
import { Org } from "../../shared/identity/org/org.ts";
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
import { type Outgoing, type SendBatch, commandsOver } from "../../shared/kernel/queue/commands.ts";
import type { Worker } from "../../shared/kernel/queue/worker.ts";
import type { ScheduleEvent } from "../../shared/kernel/schedule/schedule.ts";
import type { Database, Use } from "../../shared/kernel/table/database.ts";
import { every } from "../../shared/kernel/table/every.ts";
import { adjustCredits } from "../../shared/soundcloud/credit/adjust-credits.ts";
import { Wallet } from "../../shared/soundcloud/credit/wallet.ts";
import { type NewMember, createMember } from "../../shared/soundcloud/member/create-member.ts";
import type { Member } from "../../shared/soundcloud/member/member.ts";
import type { Client } from "../../shared/soundcloud/party/client.ts";
import { createClient } from "../../shared/soundcloud/party/parties.ts";
import { provisionOrg } from "../../shared/soundcloud/settings/provision-org.ts";
import { Settings } from "../../shared/soundcloud/settings/settings.ts";
import { Submission } from "../../shared/soundcloud/submission/submission.ts";
import { soundcloud, soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { loadTaxonomy } from "../../shared/soundcloud/taxonomy/taxonomy.ts";
import { type ApiClient, apiClient } from "./api-client.ts";
import { type TestClock, type TestDatabaseOptions, dynamoClient, makeTable, testClock, testCtx, testDatabase, testIds, testLog } from "./dynamo.ts";
import type { CrashGate } from "./faults/crash.ts";
import { serveRecorded } from "./recorder/served.ts";

export type SoundcloudRole = "admin" | "moderator" | "member";

/** Somebody who is signed in. */
export interface Person {
  readonly user_id: string;
  readonly email: string;
  readonly token: string;
  /** Calls as this person, in their org. */
  readonly api: ApiClient;
  /** For calling use cases as this person: `own` for a plain member, `all` for ops. */
  readonly ctx: OrgCtx;
}

/** What a test says of a member; the rest has sensible values. `credits` sets the balance, at most the cap. */
export type MemberWish = Partial<Omit<NewMember, "account" | "genres">> & {
  readonly followers?: number;
  readonly credits?: number;
  /** Names of sample families, or `Family/Subgenre`. */
  readonly genres?: readonly string[];
  /** No linked SoundCloud account. */
  readonly unlinked?: true;
};

export interface WorldOptions {
  readonly apis?: readonly Api[];
  /** Beside `commands` and `vault`, which are there. */
  readonly ports?: Readonly<Record<string, unknown>>;
  /** Changes of the first org's settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly start?: string;
  /** Instead of identity's own, to see what a fault in it would do. */
  readonly authenticate?: Authenticator;
  /** A gate below the database layer. */
  readonly wrap?: TestDatabaseOptions["wrap"];
  /** A gate below the database layer, the queues' sender and the master key. */
  readonly gate?: CrashGate;
  /** Time, ids and storage of a simulation in the place of the engine's. */
  readonly host?: { readonly clock: TestClock; readonly ids: Ids; readonly db: Database };
}

const masterKey = (gate: CrashGate | undefined): MasterKey => {
  const key = localKey("test", new Uint8Array(32).fill(7));
  return gate ? { ...key, newDataKey: gate.around(key.newDataKey), unwrap: gate.around(key.unwrap) } : key;
};

const LONG_AGO_ENOUGH = "2099-01-01T00:00:00.000Z";

/**
 * The repost network on fresh tables, with an org that is provisioned and staffed: real handlers, workers and use
 * cases. The clock stands still; what is sent to queues is kept in `sent`, what is emitted in the outbox.
 */
export const soundcloudWorld = async ({
  apis = [],
  ports: given = {},
  settings,
  start,
  gate,
  wrap = gate?.wrap,
  host,
  authenticate: judged = authenticate,
}: WorldOptions = {}) => {
  const clock = host?.clock ?? testClock(start);
  const ids = host?.ids ?? testIds(clock);
  const log = testLog();
  const physical = host
    ? { soundcloud: host.db.physical(soundcloud.id), identity: host.db.physical(identity.id) }
    : { soundcloud: await makeTable(soundcloud), identity: await makeTable(identity) };
  const uses: Use[] = [];
  const db = host?.db ?? testDatabase({ tables: physical, meter: (use) => void uses.push(use), ...(wrap ? { wrap } : {}) });
  const sent: Outgoing[] = [];
  const keep: SendBatch = async (_type, group) => {
    sent.push(...group.map(({ value }) => value));
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
  const invocation = (remaining_ms: number) => ({ getRemainingTimeInMillis: () => remaining_ms });

  /** Hands bodies to a worker as one batch; returns how many it reported as failed. */
  const deliver = async (worker: Worker, bodies: readonly string[], { remaining_ms = 300_000 } = {}): Promise<number> => {
    const Records = bodies.map((body, at) => ({ messageId: String(at), body, attributes: { ApproximateReceiveCount: "1" } }));
    // A vault remembers keys, which a new process does not.
    const process = { ...boot, ports: { ...ports, vault: vaultOver(key) } };
    const { batchItemFailures } = await serveRecorded(worker, process)({ Records } as unknown as SQSEvent, invocation(remaining_ms));
    return batchItemFailures.length;
  };
  const handedOver = new Set<string>();
  /** What the outbox holds for a worker and was not handed to it yet, as the bus brings it to the worker's queue. */
  const heard = async ({ on }: Worker): Promise<string[]> => {
    const types = new Set(on.map(({ event }) => event.type));
    if (types.size === 0) return [];
    const rows = await Array.fromAsync(every((page) => soundcloudSystem.Outbox.query.undelivered(testCtx({ db, clock, ids, log }), {}, page)));
    const fresh = rows.filter(({ id, type }) => types.has(type) && !handedOver.has(id));
    for (const { id } of fresh) handedOver.add(id);
    return fresh.map(({ id, type, org_id, at, data }) =>
      JSON.stringify({ "detail-type": type, detail: { id, type, org_id, at, data: JSON.parse(data) as unknown } }),
    );
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
  const drain = async (worker: Worker, options: { remaining_ms?: number } = {}): Promise<number> => {
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

  const org = async (changes: Readonly<Record<string, unknown>> = {}) => {
    const org_id = ids.uuid();
    const ctx: OrgCtx & { readonly commands: typeof commands; readonly vault: Vault } = {
      ...testCtx({ db, clock, ids, log, org_id, actor: { kind: "service", name: "tests" } }),
      commands,
      vault,
    };
    await Org.create(ctx, { id: org_id, name: "Night Shift Records", platforms: ["soundcloud"], owners: 1, members: 1, admins: { soundcloud: 1 } });
    await provisionOrg(ctx);
    if (Object.keys(changes).length > 0) await Settings.patch(ctx, { org_id }, changes);

    /** Somebody with these roles in the org, with a verified address. */
    const person = async (
      email: string,
      roles: readonly SoundcloudRole[],
      { org_role = "member", verified = true }: { org_role?: OrgRole; verified?: boolean } = {},
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
      await Membership.create(ctx, { org_id, user_id: user.id, org_role, roles: { soundcloud: [...roles] } });
      const grant = roles.some((role) => role !== "member") ? "all" : "own";
      return {
        user_id: user.id,
        email,
        token: tokens.access_token,
        api: client.as({ token: tokens.access_token, org: org_id }),
        ctx: { ...ctx, grant, actor: { kind: "user", user_id: user.id, session_id, roles: { soundcloud: roles }, org_role } },
      };
    };
    /** Calls with an API key of the org that has these roles. */
    const apiKey = async (roles: readonly SoundcloudRole[]): Promise<ApiClient> => {
      const id = ids.uuid();
      const secret = newToken(ids, API_KEY_PREFIX, org_id, id);
      await ApiKey.create(ctx, {
        org_id,
        id,
        name: "machine",
        roles: { soundcloud: [...roles] },
        secret_hash: sha256(secret),
        last_four: secret.slice(-4),
        created_by: ids.uuid(),
      });
      return client.as({ token: secret, org: org_id });
    };

    const taxonomy = await loadTaxonomy(ctx);
    /** The choice that a name means: `Electronic` or `Electronic/House`. */
    const genre = (name: string): { genre_family_id: string; subgenre_id?: string } => {
      const [family, sub] = name.split("/");
      const found = [...taxonomy.families.values()].find((one) => one.name === family);
      if (!found) throw new Error(`No sample family ${family}.`);
      if (sub === undefined) return { genre_family_id: found.id };
      const subgenre = taxonomy.subgenres.find((one) => one.family_id === found.id && one.name === sub);
      if (!subgenre) throw new Error(`No sample subgenre ${name}.`);
      return { genre_family_id: found.id, subgenre_id: subgenre.id };
    };

    let members = 0;
    /** A member with an open wallet; a sign-in with the same address is theirs. */
    const member = async ({ followers = 500, credits, genres = ["Electronic"], unlinked, ...wish }: MemberWish = {}): Promise<Member> => {
      members += 1;
      const handle = `artist-${members}`;
      const made = await createMember(ctx, {
        name: `Artist ${members}`,
        emails: [`${handle}@example.com`],
        soundcloud_url: `https://soundcloud.com/${handle}`,
        soundcloud_handle: handle,
        manual_genres: [],
        monthly_submission_limit: 4,
        daily_capacity: 1,
        ...wish,
        ...(unlinked ? {} : { account: { handle: wish.soundcloud_handle ?? handle, follower_count: followers } }),
        genres: genres.map(genre),
      });
      if (credits !== undefined) await setCredits(made.id, credits);
      return made;
    };
    const wallet = (member_id: string): Promise<Wallet> => Wallet.get(ctx, { org_id, member_id }, { consistent: true });
    /** Brings the balance to an amount by an adjustment in the ledger. */
    const setCredits = async (member_id: string, credits: number): Promise<void> => {
      const amount = credits - (await wallet(member_id)).balance;
      if (amount !== 0) await adjustCredits(ctx, { member_id, amount, reason: "test" });
    };
    /** A member and the person who signs in as that member. */
    const artist = async (wish: MemberWish = {}): Promise<{ member: Member; person: Person }> => {
      const made = await member(wish);
      return { member: made, person: await person(made.emails[0]!, ["member"]) };
    };
    const clientOf = (name: string): Promise<Client> => createClient(ctx, { name, emails: [] });

    let tracks = 0;
    /** A submission as it stands in the table; approved ones make demand. Party: `member_id` or `client_id`. */
    const submission = async ({ slug, artist: name, ...wish }: Partial<Submission> & { slug?: string; artist?: string }): Promise<Submission> => {
      tracks += 1;
      const user = name ?? `band-${tracks}`;
      const track_url = `https://soundcloud.com/${user}/${slug ?? `track-${tracks}`}`;
      const now = clock.now().toISOString();
      const party_id = (wish.member_id ?? wish.client_id)!;
      return Submission.create(ctx, {
        org_id,
        party_id,
        track_url,
        track_key: track_url,
        artist_key: user,
        dedupe_key: `${party_id}#${track_url}`,
        artist_name: user,
        family: "Electronic",
        genre_pairs: [`${genre("Electronic").genre_family_id}/-`],
        service_type: "repost_network",
        submitted_at: now,
        submitted_month: now.slice(0, 7),
        ...(wish.status === "approved" ? { decided_at: now, demand_since: now.slice(0, 10) } : {}),
        ...wish,
      });
    };

    /** What the org has emitted and nothing has taken away yet, oldest first. */
    const events = async (): Promise<Envelope[]> => {
      const rows = await Array.fromAsync(every((page) => soundcloudSystem.Outbox.query.undelivered(ctx, {}, page)));
      return rows.filter((row) => row.org_id === org_id).map(({ id, type, at, data }) => ({ id, type, org_id, at, data: JSON.parse(data) as unknown }));
    };
    /** A message of this org as a queue holds it. */
    const message = <C extends Contract<"command">>(contract: C, data: DataOf<C>, id = ids.uuid()): string =>
      JSON.stringify({ id, type: contract.type, org_id, at: clock.now().toISOString(), data });

    const admin = await person(`admin@${org_id}.example.com`, ["admin"], { org_role: "owner" });
    const moderator = await person(`moderator@${org_id}.example.com`, ["moderator"]);
    return { org_id, ctx, admin, moderator, person, apiKey, genre, member, artist, wallet, setCredits, clientOf, submission, events, message };
  };

  return { ...(await org(settings)), org, client, clientOn, clock, ids, log, db, physical, uses, sent, ports, boot, deliver, drain, purge, tick };
};
export type SoundcloudWorld = Awaited<ReturnType<typeof soundcloudWorld>>;
export type SoundcloudOrg = Awaited<ReturnType<SoundcloudWorld["org"]>>;

const errorText = (_key: string, value: unknown): unknown => (value instanceof Error ? `${value.name}: ${value.message}` : value);

/** Everything that the platform's table holds, as text, for looking for what must not be there. */
export const dumpSoundcloud = async ({ physical }: SoundcloudWorld): Promise<string> => {
  const pages = paginateScan({ client: new DynamoDBClient(dynamoClient()) }, { TableName: physical.soundcloud });
  return JSON.stringify(await Array.fromAsync(pages, ({ Items }) => Items));
};
