import * as z from "zod";

/** What starts an automation: the facts of the network, named as their events are, and the weekly digest. */
export const Trigger = z.enum([
  "submission-approved",
  "submission-rejected",
  "assignment-published",
  "tier-changed",
  "connection-lost",
  "inquiry-admitted",
  "inquiry-rejected",
  "complaint-received",
  "campaign-went-live",
  "campaign-completed",
  "weekly-digest",
]);
export type Trigger = z.output<typeof Trigger>;

export const AutomationName = z.enum(["submission-status-emails", "inquiry-status-emails", "notification-emails", "queue-assignment-emails"]);
export type AutomationName = z.output<typeof AutomationName>;

interface TriggerRules {
  /** The automation whose health its mails count for, and whose switch stops them. */
  readonly automation: AutomationName;
  /** What a template of this trigger may declare; every mail gets all of it. */
  readonly variables: readonly string[];
}

const track = ["recipient_name", "artist_name", "track_title", "track_url"];
const campaign = ["recipient_name", "artist_name", "track_name", "track_url", "goal_reposts"];

export const triggers: Readonly<Record<Trigger, TriggerRules>> = {
  "submission-approved": { automation: "submission-status-emails", variables: track },
  "submission-rejected": { automation: "submission-status-emails", variables: [...track, "reason"] },
  "assignment-published": { automation: "queue-assignment-emails", variables: ["recipient_name", "artist_name", "track_url", "credits", "proof_due"] },
  "tier-changed": { automation: "notification-emails", variables: ["recipient_name", "old_tier", "new_tier"] },
  "connection-lost": { automation: "notification-emails", variables: ["recipient_name", "status"] },
  "inquiry-admitted": { automation: "inquiry-status-emails", variables: ["recipient_name"] },
  "inquiry-rejected": { automation: "inquiry-status-emails", variables: ["recipient_name"] },
  // Nobody is asked for a name to complain.
  "complaint-received": { automation: "notification-emails", variables: ["song_url", "received_on"] },
  "campaign-went-live": { automation: "notification-emails", variables: [...campaign, "tracking_url"] },
  "campaign-completed": { automation: "notification-emails", variables: [...campaign, "verified_reposts"] },
  "weekly-digest": {
    automation: "notification-emails",
    variables: ["recipient_name", "week", "reposts_done", "reposts_received", "credits_earned", "credits_spent", "credits_balance"],
  },
};

/** What every one of these triggers gives: the variables that a template for all of them may use. */
export const variablesOf = (names: readonly Trigger[]): string[] => {
  const [first, ...rest] = names.map((name) => triggers[name].variables);
  return (first ?? []).filter((variable) => rest.every((others) => others.includes(variable)));
};
