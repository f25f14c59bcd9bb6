import type { OrgCtx } from "../../kernel/context.ts";
import type { Write } from "../../kernel/table/table.ts";
import { AutomationHealth } from "./automation-health.ts";
import { AutomationTemplate } from "./automation-template.ts";
import { AutomationName, type Trigger } from "./trigger.ts";

interface Default {
  readonly template_key: string;
  readonly name: string;
  readonly trigger_events: readonly Trigger[];
  readonly subject: string;
  /** A paragraph each; the HTML and the text are made of them. */
  readonly lines: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

const recipient_name = "Whom the mail goes to";

/** The automations that every org begins with; admins change, switch off or delete them. */
const defaults: readonly Default[] = [
  {
    template_key: "reconnect_prompt",
    name: "Account reconnection required",
    trigger_events: ["connection-lost"],
    subject: "Please reconnect your SoundCloud account",
    lines: [
      "Hello {{ recipient_name }},",
      "your SoundCloud account is no longer connected, so we cannot schedule reposts with it.",
      "Sign in and connect it again; until then you are not asked for reposts.",
    ],
    variables: { recipient_name },
  },
  {
    template_key: "tier_promotion",
    name: "Member tier upgrade notification",
    trigger_events: ["tier-changed"],
    subject: "You have moved up to tier {{ new_tier }}",
    lines: ["Hello {{ recipient_name }},", "your channel has grown: you have moved from tier {{ old_tier }} to tier {{ new_tier }}. Congratulations!"],
    variables: { recipient_name, old_tier: "The tier before", new_tier: "The tier now" },
  },
  {
    template_key: "campaign_tracking",
    name: "Campaign launch notification",
    trigger_events: ["campaign-went-live"],
    subject: "Your campaign for {{ track_name }} is live",
    lines: [
      "Hello {{ recipient_name }},",
      "the campaign for {{ artist_name }} - {{ track_name }} has begun. Its goal is {{ goal_reposts }} reposts.",
      "The track: {{ track_url }}",
    ],
    variables: {
      recipient_name,
      artist_name: "Whose track it is",
      track_name: "The track's title",
      track_url: "Where the track is",
      goal_reposts: "How many reposts were ordered",
    },
  },
  {
    template_key: "weekly_performance_digest",
    name: "Weekly campaign update",
    trigger_events: ["weekly-digest"],
    subject: "Your week {{ week }} in the network",
    lines: [
      "Hello {{ recipient_name }},",
      "in week {{ week }} your tracks were reposted {{ reposts_received }} times, for {{ credits_spent }} credits.",
      "You reposted {{ reposts_done }} tracks and earned {{ credits_earned }} credits. Your balance is {{ credits_balance }}.",
    ],
    variables: {
      recipient_name,
      week: "The ISO week, such as 2026-W48",
      reposts_done: "Reposts that the member made",
      reposts_received: "Reposts of the member's tracks",
      credits_earned: "Credits that came in",
      credits_spent: "Credits that were paid",
      credits_balance: "The balance now",
    },
  },
];

const htmlOf = (lines: readonly string[]): string =>
  `<!doctype html><html lang="en"><body style="font-family:sans-serif;line-height:1.5;max-width:36rem">${lines.map((line) => `<p>${line}</p>`).join("")}</body></html>`;

const WEEK_H = 7 * 24;

/** The writes that give an org its four automations and their health. */
export const defaultAutomations = (ctx: OrgCtx): Write[] => {
  const { org_id } = ctx;
  return [
    ...defaults.flatMap(({ lines, trigger_events, ...template }) =>
      AutomationTemplate.writes.create(ctx, {
        org_id,
        ...template,
        trigger_events: [...trigger_events],
        body_html: htmlOf(lines),
        body_text: lines.join("\n\n"),
      }),
    ),
    ...AutomationName.options.flatMap((automation_name) =>
      // The weekly digest makes these run every week; the others wait for something to happen.
      AutomationHealth.writes.create(ctx, { org_id, automation_name, ...(automation_name === "notification-emails" ? { interval_hours: WEEK_H } : {}) }),
    ),
  ];
};
