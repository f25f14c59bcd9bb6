import type { Cloud } from "../cloud.ts";
import { type Client, until } from "./client.ts";
import { steer } from "./steer.ts";

/** Both ends of the call-backs are on this machine, so the secret need not be one. */
const SECRET = `whsec_${Buffer.from("influence planner on this machine").toString("base64")}`;

export interface ScheduleView {
  readonly id: string;
  readonly status: "pending" | "scheduled" | "completed" | "failed" | "cancelled";
  readonly member_id: string;
  readonly target_handle: string;
  readonly target_user_id?: string;
}

export interface Planning {
  readonly base_url: Cloud["base_url"];
  /** Influence Planner's sandbox. */
  readonly planner_url: string;
  readonly org_id: string;
  readonly campaign_id: string;
  /** On whose channel it is planned, and how Influence Planner names that channel. */
  readonly target: { readonly member_id: string; readonly handle: string; readonly user_id: string };
}

/** The account at Influence Planner, where the channel waits for being connected again, and the one schedule. */
const plan = async (admin: Client, { base_url, planner_url, org_id, campaign_id, target }: Planning): Promise<ScheduleView> => {
  const { member_id, handle, user_id } = target;
  await admin.put("/soundcloud/influence-planner", { username: "artist-spark", api_key: "ip-demonstration", webhook_secrets: [SECRET] });
  await steer(planner_url, "PUT", "endpoint", { url: `${base_url}/soundcloud/webhooks/influence-planner/${org_id}`, secret: SECRET });
  await steer(planner_url, "PUT", "members", { members: [{ handle, user_id, status: "RECONNECT" }] });
  const wish = { parent_type: "campaign", parent_id: campaign_id, member_ids: [member_id] };
  const { items } = await admin.post<{ items: ScheduleView[] }>("/soundcloud/schedules", wish, "demonstration-schedule");
  return items[0]!;
};

/**
 * A repost that Influence Planner could not make, because the channel was not connected there, and that it makes when ops
 * try it once more. It says both by signed call-backs. Goes on from whatever state the schedule is in.
 */
export const repairedSchedule = async (admin: Client, planning: Planning): Promise<void> => {
  const { planner_url, campaign_id } = planning;
  const planned = await admin.all<ScheduleView>(`/soundcloud/schedules?parent_id=${campaign_id}`);
  const { id } = planned[0] ?? (await plan(admin, planning));
  const repaired = async (): Promise<true | undefined> => {
    const { status, target_handle: handle, target_user_id: user_id } = await admin.get<ScheduleView>(`/soundcloud/schedules/${id}`);
    if (status === "completed") return true;
    if (status === "scheduled") await steer(planner_url, "POST", "perform");
    if (status === "failed") {
      await steer(planner_url, "PUT", "members", { members: [{ handle, user_id, status: "LINKED" }] });
      await admin.post(`/soundcloud/schedules/${id}/retry`, undefined, `demonstration-retry-${id}`);
    }
    return undefined;
  };
  await until("the repaired schedule", repaired, 90_000);
};
