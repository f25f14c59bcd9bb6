import { Readable } from "node:stream";
import { ApiKey } from "../../../shared/identity/api-key/api-key.ts";
import { API_KEY_PREFIX } from "../../../shared/identity/api-key/api-key-prefix.ts";
import { Org } from "../../../shared/identity/org/org.ts";
import { Membership, type OrgRole } from "../../../shared/identity/membership/membership.ts";
import type { Passwords } from "../../../shared/identity/session/passwords.ts";
import { Session } from "../../../shared/identity/session/session.ts";
import { newToken, sha256 } from "../../../shared/kernel/crypto/tokens.ts";
import type { Files } from "../../../shared/kernel/files/files.ts";
import type { AnyEntity } from "../../../shared/kernel/table/entity.ts";
import { AutomationHealth } from "../../../shared/soundcloud/mail/automation-health.ts";
import type { Member } from "../../../shared/soundcloud/member/member.ts";
import { deliverNotification } from "../../../shared/soundcloud/notification/deliver-notification.ts";
import { BEGINNING } from "../../../shared/soundcloud/reconcile/steps.ts";
import { socialOnTest } from "../social.ts";
import { type SoundcloudOrg, soundcloudWorld } from "../soundcloud.ts";
import type { Person, WorldOptions } from "../world.ts";
import { loadApis, loadTables, operationsOf } from "./operations.ts";
import { sampleOf, uuidOf } from "./sample.ts";

/** What path parameters stand for: `{ submission_id: "019e…" }`. */
export type Objects = Readonly<Record<string, string>>;

export const quickPasswords: Passwords = {
  hash: async (password) => `quick ${sha256(password)}`,
  verify: async (password, stored) => stored === `quick ${sha256(password)}`,
  needsRehash: () => false,
};
const noFiles: Files = {
  presignPut: async (key) => ({ url: `https://uploads.example/${key}`, headers: {} }),
  read: async () => Readable.from([]),
  head: async () => undefined,
  presignGet: async (key) => `https://uploads.example/${key}`,
  write: async () => 0,
  remove: async () => undefined,
};
/** Outside services that are not reached: no route may depend on their answer. */
const unreachable = new Proxy({}, { get: () => async () => ({ kind: "retry_later", after_ms: 1000, detail: "unreachable in this test" }) });

const known: Objects = { date: "2027-06-30", month: "2019-06", platform: "soundcloud", name: "instagram" };
/** What the mail service signs with. */
export const RESEND_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/** Values for path parameters that name nothing at all. */
export const MISSING: Objects = new Proxy(known, {
  get: (_, name) => known[String(name)] ?? uuidOf(`missing ${String(name)}`),
});

/** The token with a secret that is not its own. */
const altered = (token: string): string => `${token.slice(0, -4)}${token.endsWith("AAAA") ? "BBBB" : "AAAA"}`;

/** A token that is well-formed and opens nothing. */
export const unknownToken = (kind: "gsa_" | "gsk_" = "gsa_"): string => `${kind}${Buffer.alloc(64, 7).toString("base64url")}`;

export const loadedEntities = async (): Promise<ReadonlyMap<string, AnyEntity>> => new Map((await loadTables()).flatMap((table) => [...table.entities]));

interface Creates {
  create(ctx: object, input: unknown): Promise<Record<string, string>>;
}

/**
 * Every API of every platform in one place, with two staffed orgs that hold the same kinds of things. `here` is asked,
 * `there` must never show.
 */
export const matrixWorld = async ({ ports: given = {}, ...options }: Pick<WorldOptions, "wrap" | "gate" | "authenticate" | "ports" | "queued"> = {}) => {
  const apis = await loadApis();
  const entities = await loadedEntities();
  const ports = {
    passwords: quickPasswords,
    files: noFiles,
    uploads: noFiles,
    soundcloud: unreachable,
    mailer: unreachable,
    resend: unreachable,
    resend_secrets: [RESEND_SECRET],
    ...given,
  };
  const world = await soundcloudWorld({ ...options, apis, ports, beside: [socialOnTest] });
  let tokens = 0;

  /** An item of any entity by name, with sensible values for what `fixed` leaves out. */
  const make = (name: string, org: SoundcloudOrg, n: number, fixed: object): Promise<Record<string, string>> => {
    const entity = entities.get(name);
    if (!entity) throw new Error(`There is no entity ${name}; tests/support/matrix/world.ts names it.`);
    return (entity as unknown as Creates).create(org.ctx, sampleOf(entity, n, { fixed: { org_id: org.org_id, ...fixed } }));
  };

  const notified = (org: SoundcloudOrg, user_id: string, title: string) =>
    deliverNotification(org.ctx, user_id, { title, message: title, type: "info" }, world.ids.uuid());

  /** One of everything that a path can name, around one member. */
  const objectsOf = async (org: SoundcloudOrg, { member, person }: { member: Member; person: Person }, n: number): Promise<Objects> => {
    const words = `canary ${org.org_id} ${n}`;
    const submission = await org.submission({ member_id: member.id, artist: `canary-${org.org_id}-${n}`, track_title: words, notes: words });
    const client = await org.clientOf(words);
    const family = org.genre("Electronic/House");
    const genre = await make("MemberGenre", org, n, { member_id: member.id, genre_family_id: org.genre("Pop").genre_family_id });
    const avoided = await make("AvoidListItem", org, n, { member_id: member.id, avoided_handle: `canary-${org.org_id}-${n}` });
    const date = `2026-12-0${n}`;
    const queue = await make("Queue", org, n, { date, notes: words, status: "published", published_at: world.clock.now().toISOString() });
    const assignment = await make("QueueAssignment", org, n, {
      queue_id: queue["id"],
      queue_date: date,
      build_id: queue["build_id"],
      submission_id: submission.id,
      supporter_id: member.id,
      published_on: date,
      published_at: world.clock.now().toISOString(),
      artist_name: words,
    });
    const post = await make("Post", org, n, {
      caption: words,
      status: "published",
      published_at: "2026-11-19T09:00:00.000Z",
      platform: "instagram",
      platform_post_id: `canary-${org.org_id}-${n}`,
    });
    await make("PostReading", org, n, { post_id: post["id"], platform: "instagram", platform_post_id: words, detail: words });
    // One id for the exports of both platforms, since paths name both `export_id`.
    const exported = await make("Export", org, n, { kind: "person", member_id: member.id, expires_at: "2027-01-01T00:00:00.000Z" });
    await make("SocialExport", org, n, { id: exported["id"], kind: "posts", expires_at: "2027-01-01T00:00:00.000Z" });
    // The same for imports.
    const imported = await make("Import", org, n, { filename: `${words}.csv`, upload_key: `${org.org_id}/imports/${n}.csv`, status: "pending" });
    await make("SocialImport", org, n, { id: imported["id"], filename: `${words}.csv`, upload_key: `${org.org_id}/imports/s${n}.csv`, status: "pending" });
    return {
      org_id: org.org_id,
      user_id: person.user_id,
      session_id: person.ctx.actor.kind === "user" ? person.ctx.actor.session_id : "",
      invitation_id: (await make("Invitation", org, n, { email: `canary-${n}@${org.org_id}.example.com`, org_role: "member", roles: {} }))["id"]!,
      api_key_id: (await make("ApiKey", org, n, { name: words, roles: {} }))["id"]!,
      member_id: member.id,
      genre_id: genre["id"]!,
      item_id: avoided["id"]!,
      platform: "soundcloud",
      inquiry_id: (await make("Inquiry", org, n, { name: words, notes: words }))["id"]!,
      complaint_id: (await make("Complaint", org, n, { notes: words }))["id"]!,
      notification_id: (await notified(org, person.user_id, words)).id,
      client_id: client.id,
      salesperson_id: (await make("Salesperson", org, n, { name: words, name_key: words }))["id"]!,
      submission_id: submission.id,
      campaign_id: (await make("Campaign", org, n, { client_id: client.id, artist_name: words, track_name: words, notes: words, status: "intake" }))["id"]!,
      proposal_id: (await make("TargetProposal", org, n, { parent_type: "submission", parent_id: submission.id, expires_at: "2026-12-24T00:00:00.000Z" }))[
        "id"
      ]!,
      import_id: imported["id"]!,
      export_id: exported["id"]!,
      email_template_id: (await make("EmailTemplate", org, n, { name: `canary-${n}`, subject: words }))["id"]!,
      automation_template_id: (await make("AutomationTemplate", org, n, { template_key: `canary-${n}`, name: words }))["id"]!,
      email_log_id: (await make("EmailLog", org, n, { related_object_type: "member", related_object_id: member.id, subject: words }))["id"]!,
      automation_health_id: (await AutomationHealth.list(org.ctx, { org_id: org.org_id })).items[n % 4]!.id,
      reconciliation_id: (await make("Reconciliation", org, n, { ...BEGINNING, expires_at: 1_900_000_000 }))["id"]!,
      queue_id: queue["id"]!,
      date,
      assignment_id: assignment["id"]!,
      schedule_id: (
        await make("Schedule", org, n, {
          parent_type: "submission",
          parent_id: submission.id,
          member_id: member.id,
          target_handle: `canary-${org.org_id}-${n}`,
          status: "scheduled",
        })
      )["id"]!,
      family_id: family.genre_family_id,
      subgenre_id: family.subgenre_id!,
      name: "instagram",
      post_id: post["id"]!,
      batch_id: (await make("EventBatch", org, n, { id: uuidOf(`batch ${org.org_id} ${n}`), expires_at: 1_900_000_000 }))["id"]!,
      refresh_id: (await make("MetricsRefresh", org, n, { checkpoint: { platform: "instagram" }, expires_at: 1_900_000_000 }))["id"]!,
      conversion_id: (await make("Conversion", org, n, { external_id: words, platform: "instagram", platform_user_id: words }))["id"]!,
      person_erasure_id: (await make("PersonErasure", org, n, { platform: "instagram", platform_user_id: words }))["id"]!,
      month: (await make("ArchivedMonth", org, n, { month: `2024-0${n}`, failure: words, work: undefined }))["month"]!,
      flagged_person_id: (await make("FlaggedPerson", org, n, { id: world.ids.uuid(), platform: "instagram", platform_user_id: words }))["id"]!,
      trending_topic_id: (await make("TrendingTopic", org, n, { platform: "instagram", topic_name: words, open_topic: words }))["id"]!,
      account_id: (await make("SocialAccount", org, n, { username: `canary-${org.org_id}-${n}` }))["id"]!,
      template_id: (await make("ContentTemplate", org, n, { name: words, caption_template: words }))["id"]!,
    };
  };

  const artist = async (org: SoundcloudOrg, name: string): Promise<{ member: Member; person: Person }> =>
    org.artist({
      name: `canary ${name} ${org.org_id}`,
      emails: [`${name}@${org.org_id}.example.com`],
      soundcloud_handle: `${name}-${org.org_id}`,
      followers: 5000,
    });

  const staffed = async (org: SoundcloudOrg, first: number) => {
    const self = await artist(org, "self");
    const other = await artist(org, "other");
    const someone = (name: string, roles: Parameters<SoundcloudOrg["person"]>[1], org_role: OrgRole = "member"): Promise<Person> =>
      org.person(`${name}@${org.org_id}.example.com`, roles, { org_role });
    return {
      org,
      self,
      other,
      owner: await someone("owner", [], "owner"),
      admin: await someone("plain-admin", ["admin"]),
      moderator: org.moderator,
      bystander: await someone("bystander", []),
      own: await objectsOf(org, self, first),
      others: await objectsOf(org, other, first + 1),
    };
  };

  const here = await staffed(world, 1);
  const there = await staffed(await world.org(), 3);

  /** Tokens that must not open anything any more, or never did. */
  const dead = async () => {
    const { org, admin } = here;
    const signedIn = async (change: Partial<Session>): Promise<string> => {
      const person = await org.person(`dead-${tokens++}@${org.org_id}.example.com`, ["admin"], { org_role: "owner" });
      const { user_id, session_id } = person.ctx.actor as { user_id: string; session_id: string };
      await Session.patch(org.ctx, { user_id, id: session_id }, change);
      return person.token;
    };
    const key = async (more: object, org_id = org.org_id): Promise<string> => {
      const id = world.ids.uuid();
      const secret = newToken(world.ids, API_KEY_PREFIX, org_id, id);
      const made = {
        org_id,
        id,
        name: "dead",
        roles: { soundcloud: ["admin" as const] },
        secret_hash: sha256(secret),
        last_four: secret.slice(-4),
        created_by: admin.user_id,
      };
      await ApiKey.create(org.ctx, { ...made, ...more });
      return secret;
    };
    const closed = await world.org();
    await Org.patch(closed.ctx, { id: closed.org_id }, { status: "closed" });
    const removed = await org.person(`removed@${org.org_id}.example.com`, ["admin"], { org_role: "owner" });
    await Membership.delete(org.ctx, { org_id: org.org_id, user_id: removed.user_id });
    return {
      expired: await signedIn({ access_expires_at: "2026-11-20T08:59:59.000Z" }),
      ended: await signedIn({ ended_at: "2026-11-20T08:59:59.000Z" }),
      altered: altered(admin.token),
      unknown: unknownToken(),
      revoked_key: await key({ revoked_at: "2026-11-20T08:59:59.000Z" }),
      expired_key: await key({ expires_at: "2026-11-20T08:59:59.000Z" }),
      unknown_key: unknownToken("gsk_"),
      altered_key: altered(await key({})),
      key_of_closed: { org_id: closed.org_id, token: await key({}, closed.org_id) },
      removed: removed.token,
    };
  };

  return { ...world, operations: operationsOf(apis), here, there, dead, make };
};
export type MatrixWorld = Awaited<ReturnType<typeof matrixWorld>>;

let address = 0;
/** An address on the net that nothing was sent from before, so that limits by address stay out of the way. */
export const freshIp = (): string => {
  address += 1;
  return `2001:db8::${(address >> 16).toString(16)}:${(address & 0xffff).toString(16)}`;
};
