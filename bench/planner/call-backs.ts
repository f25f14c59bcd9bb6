import { ApplyPlannerEvent } from "../../events/soundcloud/apply-planner-event.v1.ts";
import { PlannerEventReceived } from "../../events/soundcloud/planner-event-received.v1.ts";
import { inParallel } from "../../shared/kernel/queue/parallel.ts";
import { MemberAccount } from "../../shared/soundcloud/member/member-account.ts";
import { Schedule } from "../../shared/soundcloud/planner/schedule.ts";
import { setPlannerAccount } from "../../shared/soundcloud/planner/set-planner-account.ts";
import type { Submission } from "../../shared/soundcloud/submission/submission.ts";
import { signed } from "../../tests/support/signed.ts";
import type { SoundcloudWorld } from "../../tests/support/soundcloud.ts";
import { putAll } from "../put-all.ts";

const MEMBERS = 32;
const AT_ONCE = 8;
const SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
const AT = "2026-11-20T08:59:58.000Z";

export interface Signed {
  readonly raw: string;
  readonly headers: Record<string, string>;
}

/** Schedules that Influence Planner has, and its signed word on each that it is completed. */
export const scheduled = async (world: SoundcloudWorld, events: number): Promise<Signed[]> => {
  const { ctx, org_id } = world;
  await setPlannerAccount(ctx, { username: "bench", api_key: "ip-1234", webhook_secrets: [SECRET] });
  const client = await world.clientOf("Bench Records");
  const channels = await inParallel(
    Array.from({ length: MEMBERS }, (_, n) => n),
    AT_ONCE,
    async (n) => {
      const member = await world.member();
      const account = await MemberAccount.get(ctx, { org_id, member_id: member.id, platform: "soundcloud" }, { consistent: true });
      return { member, account, target_user_id: `SOUNDCLOUD-USER-${1000 + n}` };
    },
  );
  const submissions: Submission[] = [];
  for (let n = 0; n < Math.ceil(events / MEMBERS); n++) submissions.push(await world.submission({ client_id: client.id, status: "approved" }));
  const all = Array.from({ length: events }, (_, n) => ({ ...channels[n % MEMBERS]!, submission: submissions[Math.floor(n / MEMBERS)]!, planned: `ip-${n}` }));
  await putAll(
    world,
    all.flatMap(({ member, account, target_user_id, submission, planned }) =>
      Schedule.writes.create(ctx, {
        org_id,
        ip_schedule_id: planned,
        parent_type: "submission",
        parent_id: submission.id,
        track_url: submission.track_url,
        member_id: member.id,
        member_account_id: account.id,
        target_handle: account.handle,
        target_user_id,
        scheduled_at: AT,
        status: "scheduled",
      }),
    ),
  );
  return all.map(({ target_user_id, submission, planned }) => {
    const data = {
      schedule_id: planned,
      target_user_id,
      media_url: submission.track_url,
      performed_at: AT,
      proof_url: "https://soundcloud.com/channel/reposts",
    };
    const raw = JSON.stringify({ type: "schedule.completed", timestamp: AT, data });
    return { raw, headers: signed(SECRET, raw, { id: `msg_${planned}`, at: world.clock.now() }) };
  });
};

export const receive = async ({ client, org_id }: SoundcloudWorld, { raw, headers }: Signed): Promise<void> => {
  const { status, body } = await client.request("POST", `/soundcloud/webhooks/influence-planner/${org_id}`, undefined, { raw, headers });
  if (status !== 204) throw new Error(`A signed message was answered ${status}: ${JSON.stringify(body)}`);
};

/** The orders for the worker, as its queue would hold them. */
export const orders = async (world: SoundcloudWorld): Promise<string[]> =>
  (await world.events()).flatMap(({ type, data }) =>
    type === PlannerEventReceived.type ? [world.message(ApplyPlannerEvent, { event_id: (data as { event_id: string }).event_id })] : [],
  );
