import { ApplyPlannerEvent } from "../../../events/soundcloud/apply-planner-event.v1.ts";
import { CaptureSnapshots } from "../../../events/soundcloud/capture-snapshots.v1.ts";
import { CreateSchedules } from "../../../events/soundcloud/create-schedules.v1.ts";
import { FetchTrackPreview } from "../../../events/soundcloud/fetch-track-preview.v1.ts";
import { PostToSlack } from "../../../events/soundcloud/post-to-slack.v1.ts";
import { RefreshFollowers } from "../../../events/soundcloud/refresh-followers.v1.ts";
import { ResolveTrack } from "../../../events/soundcloud/resolve-track.v1.ts";
import { SendEmail } from "../../../events/soundcloud/send-email.v1.ts";
import { VerifyProof } from "../../../events/soundcloud/verify-proof.v1.ts";
import { VerifySchedules } from "../../../events/soundcloud/verify-schedules.v1.ts";
import { PublishPost } from "../../../events/social/publish-post.v1.ts";
import { ReadInsights } from "../../../events/social/read-insights.v1.ts";
import { applyPlannerEventWorker } from "../../../functions/soundcloud/apply-planner-event.worker.ts";
import { captureSnapshotsWorker } from "../../../functions/soundcloud/capture-snapshots.worker.ts";
import { createSchedulesWorker } from "../../../functions/soundcloud/create-schedules.worker.ts";
import { fetchTrackPreviewWorker } from "../../../functions/soundcloud/fetch-track-preview.worker.ts";
import { postToSlackWorker } from "../../../functions/soundcloud/post-to-slack.worker.ts";
import { refreshFollowersWorker } from "../../../functions/soundcloud/refresh-followers.worker.ts";
import { resolveTrackWorker } from "../../../functions/soundcloud/resolve-track.worker.ts";
import { sendEmailWorker } from "../../../functions/soundcloud/send-email.worker.ts";
import { verifyProofWorker } from "../../../functions/soundcloud/verify-proof.worker.ts";
import { verifySchedulesWorker } from "../../../functions/soundcloud/verify-schedules.worker.ts";
import { publishPostWorker } from "../../../functions/social/publish-post.worker.ts";
import { readInsightsWorker } from "../../../functions/social/read-insights.worker.ts";
import type { Worker } from "../../../shared/kernel/queue/worker.ts";
import { connectAccount } from "../../../shared/social/account/connect-account.ts";
import { MemberAccount } from "../../../shared/soundcloud/member/member-account.ts";
import { Member } from "../../../shared/soundcloud/member/member.ts";
import { Settings } from "../../../shared/soundcloud/settings/settings.ts";
import { slackWebhookField } from "../../../shared/soundcloud/slack/webhook.ts";
import { markupWith } from "./hostile-addresses.ts";
import { control } from "../../integration/providers/support.ts";
import { withPlannerAccount } from "../planner-account.ts";
import type { OutboundWorld } from "./world.ts";

/** What is stored with an address, and the orders of the job that then looks at it. */
export type Stored = (place: OutboundWorld, address: string, n: number) => Promise<readonly (readonly [Worker, string])[]>;

const channelOf = (n: number) => ({ handle: `channel-${n}`, target_user_id: `SOUNDCLOUD-USER-${n}` });
const ago = ({ clock }: OutboundWorld, ms = 3_600_000): string => new Date(clock.now().getTime() - ms).toISOString();

const submissionWith = (place: OutboundWorld, track_url: string, n: number) => {
  const client_id = place.here.own["client_id"]!;
  return place.here.org.submission({ client_id, status: "approved", track_url, track_key: track_url, dedupe_key: `${client_id}#${n}#${track_url}` });
};
const campaignWith = async ({ make, here, clock }: OutboundWorld, track_url: string, n: number): Promise<string> => {
  const live = { status: "live", live_at: clock.now().toISOString(), created_by: here.admin.user_id };
  return (await make("Campaign", here.org, n, { client_id: here.own["client_id"], track_url, ...live }))["id"]!;
};
const scheduleWith = ({ make, here }: OutboundWorld, n: number, fixed: object) => {
  const { handle, target_user_id } = channelOf(n);
  return make("Schedule", here.org, n, { member_id: here.own["member_id"], target_handle: handle, target_user_id, ...fixed });
};
const accountOn = ({ here }: OutboundWorld, platform: "instagram" | "tiktok" | "youtube", external_id: string) =>
  connectAccount(here.org.ctx, { platform, external_id, username: "gymnight", access_token: `act.${external_id.replaceAll(/[^\x21-\x7e]/g, "")}` });

/** By what holds the address. Where the storage refuses one, nothing can be made of it. */
export const stored: Readonly<Record<string, Stored>> = {
  "a submission's track": async (place, address, n) => {
    const { id: submission_id } = await submissionWith(place, address, n);
    return [[resolveTrackWorker, place.here.org.message(ResolveTrack, { submission_id })]];
  },
  "a campaign's track": async (place, address, n) => {
    const parent = { parent_type: "campaign" as const, parent_id: await campaignWith(place, address, n), baseline: false };
    return [[captureSnapshotsWorker, place.here.org.message(CaptureSnapshots, { parent })]];
  },
  "a preview's track": async (place, track_url) => [[fetchTrackPreviewWorker, place.here.org.message(FetchTrackPreview, { track_url })]],
  "a schedule's track, to be created": async (place, address, n) => {
    await withPlannerAccount(place.here.org);
    const parent_id = await campaignWith(place, address, n);
    const { handle, target_user_id: user_id } = channelOf(n);
    await control(place.sandboxes.planner.url, "PUT", "members", { members: [{ handle, user_id }] });
    await scheduleWith(place, n, { parent_type: "campaign", parent_id, track_url: address, check: "create", check_at: ago(place) });
    return [[createSchedulesWorker, place.here.org.message(CreateSchedules, { parent_id })]];
  },
  "a schedule's track and proof, to be verified": async (place, address, n) => {
    const parent_id = await campaignWith(place, address, n);
    const due = { status: "scheduled", scheduled_at: ago(place), check: "verify", check_at: ago(place, 0) };
    await scheduleWith(place, n, { parent_type: "campaign", parent_id, track_url: address, proof_url: address, ip_schedule_id: `planned-${n}`, ...due });
    return [[verifySchedulesWorker, place.here.org.message(VerifySchedules, { due_until: place.clock.now().toISOString() })]];
  },
  "a call-back's medium and proof": async (place, address, n) => {
    const { make, here } = place;
    const parent_id = await campaignWith(place, address, n);
    const { ip_schedule_id, target_user_id } = await scheduleWith(place, n, {
      parent_type: "campaign",
      parent_id,
      track_url: "https://soundcloud.com/jane/night",
      status: "scheduled",
      ip_schedule_id: `called-${n}`,
    });
    const told = { type: "schedule.completed", ip_schedule_id, target_user_id, media_url: address, proof_url: address, expires_at: 1_900_000_000 };
    const { id: event_id } = await make("PlannerEvent", here.org, n, { ...told, occurred_at: ago(place) });
    return [[applyPlannerEventWorker, here.org.message(ApplyPlannerEvent, { event_id: event_id! })]];
  },
  "a proof of a repost": async (place, address, n) => {
    const { make, here, clock } = place;
    const submission = await submissionWith(place, `https://soundcloud.com/proven/track-${n}`, n);
    const { id: assignment_id } = await make("QueueAssignment", here.org, n, {
      queue_id: here.own["queue_id"],
      queue_date: here.own["date"],
      submission_id: submission.id,
      supporter_id: here.own["member_id"],
      track_url: address,
      proof_url: address,
      credits_allocated: 1,
      published_on: here.own["date"],
      published_at: clock.now().toISOString(),
      check: "verify",
      check_at: ago(place, 0),
    });
    return [[verifyProofWorker, here.org.message(VerifyProof, { assignment_id: assignment_id! })]];
  },
  "the handle of a member's account": async ({ here }, handle) => {
    const { ctx, org_id, message } = here.org;
    const member_id = here.own["member_id"]!;
    await MemberAccount.patch(ctx, { org_id, member_id, platform: "soundcloud" }, { handle, last_synced_at: null });
    // A channel that was seen before is not looked up by its handle.
    await Member.patch(ctx, { org_id, id: member_id }, { soundcloud_urn: null });
    return [[refreshFollowersWorker, message(RefreshFollowers, {})]];
  },
  "a post's files, to be published": async (place, address, n) => {
    const { make, here } = place;
    const account = await accountOn(place, "instagram", `17841400${String(n).padStart(9, "0")}`);
    const files = { platform: "instagram", media_type: "video", placement: "reel", media_urls: [address], thumbnail_url: address };
    const planned = { status: "scheduled", scheduled_at: ago(place), due_at: ago(place) };
    const { id: post_id } = await make("Post", here.org, n, { account_id: account.id, caption: "Squats", ...files, ...planned });
    const order = [publishPostWorker, here.org.message(PublishPost, { post_id: post_id! })] as const;
    // Instagram works on the files for a while.
    return [order, order];
  },
  ...Object.fromEntries(
    (["instagram", "tiktok", "youtube"] as const).flatMap((platform): [string, Stored][] => [
      [
        `a post's name at ${platform}`,
        async (place, address, n) => {
          const { make, here } = place;
          // What is no id of a network is not asked for: each is asked for one beside it.
          const ids = { instagram: `1789${n}`, tiktok: `71065943122924${String(n).padStart(5, "0")}`, youtube: `video-${String(n).padStart(5, "0")}` };
          const account = await accountOn(place, platform, `${address.slice(0, 80)}#${n}`);
          for (const [at, platform_post_id] of [address.slice(0, 100), ids[platform]].entries()) {
            const of = { platform, account_id: account.id, platform_post_id, published_at: ago(place) };
            const post = await make("Post", here.org, n, {
              ...of,
              status: "published",
              platform_post_id: `${platform_post_id.slice(0, 80)}#${n}`,
              caption: String(at),
            });
            await make("PostReading", here.org, n, { ...of, post_id: post["id"], due_at: ago(place) });
          }
          return [[readInsightsWorker, here.org.message(ReadInsights, { account_id: account.id })]];
        },
      ],
    ]),
  ),
  "Slack's webhook": async (place, address) => {
    const { here } = place;
    const { ctx, org_id } = here.org;
    const slack_webhook = await ctx.vault.seal(ctx, address, slackWebhookField(org_id));
    await Settings.patch(ctx, { org_id }, { slack_enabled: true, slack_webhook });
    return [[postToSlackWorker, here.org.message(PostToSlack, { fact: "test", data: {} })]];
  },
  "a mail's body": async (place, address, n) => {
    const { make, here, client, ids } = place;
    const template = await make("EmailTemplate", here.org, n, { name: `hostile-${n}`, subject: "Hello", body_html: markupWith(address) });
    const options = { token: here.admin.token, org: here.org.org_id, key: ids.uuid() };
    const path = `/soundcloud/email-templates/${template["id"]}/send`;
    const { status, body } = await client.post(path, { member_id: here.self.member.id, variables: {} }, options);
    // What no mail may hold is refused here at the latest.
    if (status === 422) return [];
    return [[sendEmailWorker, here.org.message(SendEmail, { email_log_id: body.items[0].email_log_id })]];
  },
};
