import { type Client, until } from "./client.ts";
import type { ScheduleView } from "./repaired-schedule.ts";

/** How often each name stands in a list; `count` weighs an item. */
export const tally = <T>(items: readonly T[], name: (item: T) => string, count: (item: T) => number = () => 1): Record<string, number> => {
  const by: Record<string, number> = {};
  for (const item of items) by[name(item)] = (by[name(item)] ?? 0) + count(item);
  return by;
};

interface CampaignView {
  readonly artist_name: string;
  readonly track_name: string;
  readonly status: string;
  readonly goal_reposts: number;
  readonly verified_reposts: number;
}
interface Attribution {
  readonly baseline_date: string | null;
  readonly plays_gained: number | null;
  readonly organic_plays_per_day: string | null;
  readonly organic_adjusted_lift: string | null;
  readonly cost_per_repost: string | null;
}
interface Delta {
  readonly gap_days: number | null;
  readonly counter_reset: boolean;
}

/** What the campaign's month shows: its counts by day, what they came to, and what is odd in them. */
const readCampaign = async (admin: Client, id: string) => {
  const at = `/soundcloud/campaigns/${id}`;
  const [campaign, attribution, days, deltas] = await Promise.all([
    admin.get<CampaignView>(at),
    admin.get<Attribution>(`${at}/attribution`),
    admin.all(`${at}/metrics`),
    admin.all<Delta>(`${at}/daily-deltas`),
  ]);
  const { artist_name, track_name, status, goal_reposts, verified_reposts } = campaign;
  const { baseline_date, plays_gained, organic_plays_per_day, organic_adjusted_lift, cost_per_repost } = attribution;
  return {
    name: `${artist_name} - ${track_name}`,
    status,
    goal_reposts,
    verified_reposts,
    cost_per_repost,
    baseline_date,
    days: days.length,
    plays_gained,
    organic_plays_per_day,
    organic_adjusted_lift,
    gaps: deltas.filter(({ gap_days }) => gap_days !== null && gap_days > 1).length,
    resets: deltas.filter(({ counter_reset }) => counter_reset).length,
  };
};

/** The campaign's schedules by status, and the last thing that went wrong on their channels. */
const readSchedules = async (admin: Client, campaign_id: string) => {
  const schedules = await admin.all<ScheduleView>(`/soundcloud/schedules?parent_id=${campaign_id}`);
  const connections = await Promise.all(
    schedules.map(({ member_id }) => admin.all<{ last_error_message?: string }>(`/soundcloud/members/${member_id}/connections`)),
  );
  return {
    by_status: tally(schedules, ({ status }) => status),
    errors: connections.flat().flatMap(({ last_error_message }) => last_error_message ?? []),
  };
};

/** How much waits for ops, by kind. */
const readWaiting = async (admin: Client): Promise<Record<string, number>> => {
  const kinds = ["inquiry", "complaint", "proof"];
  const lists = await Promise.all(kinds.map((kind) => admin.all(`/soundcloud/worklist?kind=${kind}`)));
  return Object.fromEntries(kinds.map((kind, at) => [kind, lists[at]!.length]));
};

interface SentByItself {
  readonly template_key: string;
  readonly mail_status: string;
}

/** The mails that automations sent, by template, once each of the two that are due has arrived. */
const readMails = (admin: Client): Promise<Record<string, number>> =>
  until(
    "the mails of the automations",
    async () => {
      const arrived = (await admin.all<SentByItself>("/soundcloud/automation-logs")).filter(({ mail_status }) => mail_status === "delivered");
      const by_template = tally(arrived, ({ template_key }) => template_key);
      return "campaign_tracking" in by_template && "reconnect_prompt" in by_template ? by_template : undefined;
    },
    60_000,
  );

export const readOutcome = async (admin: Client, campaign_id: string) => {
  const [campaign, schedules, waiting, mails] = await Promise.all([
    readCampaign(admin, campaign_id),
    readSchedules(admin, campaign_id),
    readWaiting(admin),
    readMails(admin),
  ]);
  return { campaign, schedules, waiting, mails };
};
export type Outcome = Awaited<ReturnType<typeof readOutcome>>;
