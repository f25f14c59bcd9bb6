import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import type { OrgRole } from "../../shared/identity/membership/membership.ts";
import type { PlatformRoles } from "../../shared/identity/platform-roles.ts";
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
import type { ApiClient } from "./api-client.ts";
import { dynamoClient } from "./dynamo.ts";
import { type Person, type TestPlatform, type WorldOptions, sameRank, worldOf } from "./world.ts";

export type SoundcloudRole = "admin" | "moderator" | "member";

const soundcloudOnTest: TestPlatform<"soundcloud"> = { id: "soundcloud", table: soundcloud, system: soundcloudSystem, provision: provisionOrg };

/** What a test says of a member; the rest has sensible values. `credits` sets the balance, at most the cap. */
export type MemberWish = Partial<Omit<NewMember, "account" | "genres">> & {
  readonly followers?: number;
  readonly credits?: number;
  /** Names of sample families, or `Family/Subgenre`. */
  readonly genres?: readonly string[];
  /** No linked SoundCloud account. */
  readonly unlinked?: true;
};

/**
 * The repost network on fresh tables, with an org that is provisioned and staffed; see `worldOf`. Platforms `beside` it are
 * enabled as well, and whoever has a role here has the one of the same rank there.
 */
export const soundcloudWorld = async ({ settings, beside = [], ...options }: WorldOptions & { readonly beside?: readonly TestPlatform[] } = {}) => {
  const world = await worldOf([soundcloudOnTest, ...beside], options);
  const { clock } = world;
  const everywhere = (roles: readonly SoundcloudRole[]): PlatformRoles => ({
    soundcloud: [...roles],
    ...Object.fromEntries(beside.map(({ id }) => [id, roles.map((role) => sameRank("soundcloud", role, id))])),
  });

  const org = async (changes: Readonly<Record<string, unknown>> = {}) => {
    const made = await world.org();
    const { org_id, ctx } = made;
    if (Object.keys(changes).length > 0) await Settings.patch(ctx, { org_id }, changes);

    /** Somebody with these roles in the org, with a verified address; `ctx` reaches `own` for a plain member, `all` for ops. */
    const person = (email: string, roles: readonly SoundcloudRole[], more: { org_role?: OrgRole; verified?: boolean } = {}): Promise<Person> =>
      made.person(email, everywhere(roles), { ...more, grant: roles.some((role) => role !== "member") ? "all" : "own" });
    const keyWith = (roles: readonly SoundcloudRole[]): Promise<string> => made.keyWith(everywhere(roles));
    /** Calls with an API key of the org that has these roles. */
    const apiKey = (roles: readonly SoundcloudRole[]): Promise<ApiClient> => made.apiKey(everywhere(roles));

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

    const admin = await person(`admin@${org_id}.example.com`, ["admin"], { org_role: "owner" });
    const moderator = await person(`moderator@${org_id}.example.com`, ["moderator"]);
    return { ...made, admin, moderator, person, keyWith, apiKey, genre, member, artist, wallet, setCredits, clientOf, submission };
  };

  return { ...world, ...(await org(settings)), org };
};
export type SoundcloudWorld = Awaited<ReturnType<typeof soundcloudWorld>>;
export type SoundcloudOrg = Awaited<ReturnType<SoundcloudWorld["org"]>>;

/** Everything that the platform's table holds, as text, for looking for what must not be there. */
export const dumpSoundcloud = async ({ physical }: SoundcloudWorld): Promise<string> => {
  const pages = paginateScan({ client: new DynamoDBClient(dynamoClient()) }, { TableName: physical.soundcloud });
  return JSON.stringify(await Array.fromAsync(pages, ({ Items }) => Items));
};
