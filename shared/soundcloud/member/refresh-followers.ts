import { RefreshFollowers } from "../../../events/soundcloud/refresh-followers.v1.ts";
import { DomainError } from "../../kernel/errors.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import { type Failure, type Outcome, ok } from "../../kernel/outcome.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { inParallel } from "../../kernel/queue/parallel.ts";
import { getSettings } from "../settings/get-settings.ts";
import type { SoundCloudUser } from "../soundcloud/resources.ts";
import type { SoundCloudClient } from "../soundcloud/soundcloud.client.ts";
import { MemberAccount } from "./member-account.ts";
import { Member } from "./member.ts";
import { isSyncedToday, refreshAccount } from "./refresh-account.ts";

const PAGE = 100;
const PARALLEL = 5;
/** A page is not begun with less time than this, nor is the channel of another member looked up. */
const PAGE_MS = 60_000;

export type RefreshCtx = OrgJobCtx & { readonly commands: Commands; readonly soundcloud: SoundCloudClient };

const unavailable = (failure: Failure): DomainError =>
  new DomainError("unavailable", "soundcloud_unavailable", `SoundCloud did not tell the followers (${failure.kind}); the message is delivered again.`);

/** Members with an account that was not synced today. */
const dueOf = async (ctx: RefreshCtx, members: readonly Member[]): Promise<{ member: Member; account: MemberAccount }[]> => {
  const here = members.filter(({ erased_at }) => erased_at === undefined);
  const accounts = await MemberAccount.getMany(
    ctx,
    here.map(({ org_id, id }) => ({ org_id, member_id: id, platform: "soundcloud" as const })),
  );
  const byMember = new Map(accounts.map((account) => [account.member_id, account]));
  return here.flatMap((member) => {
    const account = byMember.get(member.id);
    return account && !isSyncedToday(ctx, account) ? [{ member, account }] : [];
  });
};

type Found = { readonly member: Member; readonly user: SoundCloudUser | undefined };

/** Channels that were seen before are read in batches by their URN; a new one is looked up by its handle. */
const channelsOf = async (ctx: RefreshCtx, due: readonly { member: Member; account: MemberAccount }[]): Promise<{ found: Found[]; cut: boolean }> => {
  const known = due.filter(({ member }) => member.soundcloud_urn !== undefined);
  const users: Outcome<SoundCloudUser[]> = known.length === 0 ? ok([]) : await ctx.soundcloud.users(known.map(({ member }) => member.soundcloud_urn!));
  if (users.kind !== "ok") throw unavailable(users);
  const byUrn = new Map(users.value.map((user) => [user.urn, user]));
  const found: Found[] = known.map(({ member }) => ({ member, user: byUrn.get(member.soundcloud_urn!) }));
  for (const { member, account } of due) {
    if (member.soundcloud_urn !== undefined) continue;
    if (ctx.remaining_ms() < PAGE_MS) return { found, cut: true };
    const answer = await ctx.soundcloud.userByUrl(`https://soundcloud.com/${account.handle}`);
    if (answer.kind !== "ok" && answer.kind !== "permanent") throw unavailable(answer);
    found.push({ member, user: answer.kind === "ok" ? answer.value : undefined });
  }
  return { found, cut: false };
};

/**
 * Refreshes the follower counts of the org's members, each at most once a UTC day and in a transaction of its own, a page
 * of members at a time; when time runs short the rest is another message. A channel that SoundCloud does not show keeps
 * its count. A member whose refresh fails holds up nobody else. Throws at the end when something broke, and DomainError
 * unavailable when SoundCloud does not answer, so that the message is delivered again. README, Followers.
 */
export const refreshFollowers = async (ctx: RefreshCtx, { after }: { after?: unknown }): Promise<void> => {
  const settings = await getSettings(ctx);
  let position = after;
  let failed = 0;
  let unfinished: boolean;
  do {
    const page = await Member.query.all(ctx, { org_id: ctx.org_id }, { limit: PAGE, position });
    const { found, cut } = await channelsOf(ctx, await dueOf(ctx, page.items));
    await inParallel(found, PARALLEL, async ({ member: { id }, user }) => {
      if (!user) return ctx.log.warn("SoundCloud does not show a member's channel", { member_id: id });
      try {
        await refreshAccount(ctx, id, user, settings);
      } catch (error) {
        failed += 1;
        ctx.log.error("a refresh failed", { member_id: id, error });
      }
    });
    // What is refreshed is passed over when the page is read again.
    if (!cut) position = page.position;
    unfinished = cut || position !== undefined;
    if (cut) break;
  } while (unfinished && ctx.remaining_ms() >= PAGE_MS);
  if (unfinished) await goOn(ctx, position);
  if (failed > 0) throw new DomainError("unavailable", "refreshes_failed", `${failed} members were not refreshed; the message is repeated.`);
};

const goOn = (ctx: RefreshCtx, after: unknown): Promise<void> => {
  const id = uuidOf(`${RefreshFollowers.type}/${ctx.org_id}/${ctx.request_id}/${JSON.stringify(after ?? null)}`);
  return ctx.commands.sendEach(ctx, RefreshFollowers, [{ org_id: ctx.org_id, id, data: after === undefined ? {} : { after: after as never } }]);
};
