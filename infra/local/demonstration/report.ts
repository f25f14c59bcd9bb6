import type { Outcome } from "./outcome.ts";
import type { SocialOutcome } from "./social-content.ts";

/** What the demonstration came to. */
export interface Report extends Outcome {
  readonly rows: { readonly total: number; readonly imported: number; readonly failed: number; readonly skipped: Readonly<Record<string, number>> };
  readonly members: number;
  readonly proposals: number;
  readonly queue: {
    readonly date: string;
    readonly total_slots: number;
    readonly filled_slots: number;
    readonly empty: Readonly<Record<string, number>>;
    readonly unmet: Readonly<Record<string, number>>;
  };
  readonly assignments: Readonly<Record<string, number>>;
  readonly credits: { readonly before: number; readonly after: number; readonly minted: number };
  readonly differences: number;
}

const counts = (by: Readonly<Record<string, number>>): string =>
  Object.entries(by)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count.toLocaleString("en")}`)
    .join(", ") || "none";

const sum = (by: Readonly<Record<string, number>>): number => Object.values(by).reduce((total, count) => total + count, 0);

const campaignLines = ({ campaign }: Outcome): (readonly [string, string])[] => {
  const { name, status, days, verified_reposts, goal_reposts, cost_per_repost } = campaign;
  const { baseline_date, plays_gained, organic_adjusted_lift, organic_plays_per_day, gaps, resets } = campaign;
  return [
    [`Campaign ${name}`, `${status}, ${verified_reposts} of ${goal_reposts} reposts verified, ${cost_per_repost ?? "no"} USD each`],
    [
      "  its plays",
      `${days} days counted; ${plays_gained} since ${baseline_date}, ${organic_adjusted_lift} of them beyond ${organic_plays_per_day} a day; ${gaps} gap, ${resets} reset`,
    ],
  ];
};

const socialLines = ({ posts, best, counted, trend, conversion, archived }: SocialOutcome): (readonly [string, string])[] => [
  ["Posts at networks", `${posts} in a month; the best: "${best.caption}" with ${best.total_engagement} likes, comments and shares`],
  ["  what people did", counts(counted)],
  [`Trend #${trend.topic_name}`, `${trend.trend_status}, ${trend.mention_count} people in 24 h, ${trend.growth_rate ?? "no"} % more than the day before`],
  [
    "Conversion",
    `${conversion.value} USD after ${conversion.touchpoints} touches in ${conversion.time_to_conversion}; in equal parts ${conversion.linear.join(", ")}`,
  ],
  ["Archive", `${archived.events} events of ${archived.month}, read back before they left the table`],
];

const aligned = (lines: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`).join("\n");
};

/** The result as a small table with links, for a terminal. */
export const reportTable = (report: Report, base_url: string): string => {
  const { rows, members, proposals, queue, assignments, credits, schedules, waiting, mails, differences } = report;
  const lines: readonly (readonly [string, string])[] = [
    [
      "Rows read",
      `${rows.total.toLocaleString("en")}: ${rows.imported.toLocaleString("en")} imported, ${sum(rows.skipped).toLocaleString("en")} skipped, ${rows.failed} errors`,
    ],
    ["  skipped because", counts(rows.skipped)],
    ["Members", `${members}, with wallets and accounts known to the sandbox`],
    ["Proposals", `${proposals} built by hand, the rest with the queue`],
    [`Queue of ${queue.date}`, `${queue.filled_slots} of ${queue.total_slots} slots filled`],
    ["  empty because", counts(queue.empty)],
    ["  unmet because", counts(queue.unmet)],
    ["Assignments", counts(assignments)],
    ["Credits", `${credits.before} before, ${credits.after} after; ${credits.minted} minted for client work`],
    ...campaignLines(report),
    ["Influence Planner", `${counts(schedules.by_status)}, tried again after: ${schedules.errors.join(" ")}`],
    ["Waiting for ops", counts(waiting)],
    ["Mails by themselves", counts(mails)],
    ["Reconciliation", differences === 0 ? "0 differences" : `${differences} DIFFERENCES`],
    ["Look at", `${base_url}/console/mail  ${base_url}/console/tables  ${base_url}/console/queues  ${base_url}/docs`],
  ];
  return aligned(lines);
};

/** The same for social content. */
export const socialTable = (outcome: SocialOutcome): string => aligned(socialLines(outcome));
